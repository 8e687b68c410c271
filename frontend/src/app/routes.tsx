import { createBrowserRouter, Navigate } from "react-router";
import type { Permission } from "../api/types";
import { ForbiddenPage, NotFoundPage, RouteFailure } from "./ErrorPages";
import { HomeRedirect, Shell } from "./Shell";
import { WithPermission } from "./WithPermission";

/** Every page is a chunk of its own; an agent loads the workbench and nothing else. */

// biome-ignore lint/suspicious/noExplicitAny: a page has no props, whatever it is called
type PageModule = () => Promise<any>;

function page(path: string, load: PageModule, name: string, ...any: Permission[]) {
  return {
    path,
    lazy: async () => {
      const Component = (await load())[name];
      return {
        element: any.length ? (
          <WithPermission any={any}>
            <Component />
          </WithPermission>
        ) : (
          <Component />
        ),
      };
    },
  };
}

const fallback = <div className="center-page" aria-busy="true" />;

export const router = createBrowserRouter([
  { ...page("/sign-in", () => import("./SignIn"), "SignIn"), hydrateFallbackElement: fallback },
  { ...page("/demo/phone", () => import("../demo/DemoPhone"), "DemoPhone"), hydrateFallbackElement: fallback },
  { ...page("/embed/:tenant", () => import("../embed/EmbedPage"), "EmbedPage"), hydrateFallbackElement: fallback },
  {
    path: "/",
    element: <Shell />,
    hydrateFallbackElement: fallback,
    errorElement: <RouteFailure />,
    children: [
      {
        // a page that fails takes the telephone above it not along
        errorElement: <RouteFailure />,
        children: [
          { index: true, element: <HomeRedirect /> },
          page("workbench", () => import("../workbench/Workbench"), "Workbench", "agent.work"),
          page(
            "interactions",
            () => import("../interactions/InteractionsPage"),
            "InteractionsPage",
            "interactions.view_own",
            "interactions.view_all",
          ),
          page(
            "interactions/:id",
            () => import("../interactions/InteractionPage"),
            "InteractionPage",
            "interactions.view_own",
            "interactions.view_all",
          ),
          page("voicemail", () => import("../interactions/VoicemailPage"), "VoicemailPage", "recordings.listen"),
          page("board", () => import("../board/BoardPage"), "BoardPage", "board.view"),
          page("wall", () => import("../wall/WallPage"), "WallPage", "board.view"),
          page("reports/today", () => import("../reports/TodayPage"), "TodayPage", "reports.view"),
          page("simulations", () => import("../simulations/SimulationsPage"), "SimulationsPage", "queues.manage"),
          page("admin/people", () => import("../admin/PeoplePage"), "PeoplePage", "people.manage"),
          page("admin/roles", () => import("../admin/RolesPage"), "RolesPage", "people.manage"),
          page("admin/queues", () => import("../admin/QueuesPage"), "QueuesPage", "queues.manage"),
          page("admin/skills", () => import("../admin/SkillsPage"), "SkillsPage", "queues.manage"),
          page("admin/calendars", () => import("../admin/CalendarsPage"), "CalendarsPage", "queues.manage"),
          page("admin/callers", () => import("../admin/CallersPage"), "CallersPage", "queues.manage"),
          page(
            "admin/findings",
            () => import("../admin/FindingsPage"),
            "FindingsPage",
            "queues.manage",
            "dids.manage",
            "flows.manage",
            "trunks.manage",
          ),
          page("admin/dids", () => import("../admin/DidsPage"), "DidsPage", "dids.manage"),
          page("admin/flows", () => import("../admin/FlowsPage"), "FlowsPage", "flows.manage"),
          page("admin/prompts", () => import("../admin/PromptsPage"), "PromptsPage", "prompts.manage"),
          page("admin/music", () => import("../admin/MusicPage"), "MusicPage", "prompts.manage"),
          page("admin/trunks", () => import("../admin/TrunksPage"), "TrunksPage", "trunks.manage"),
          page("admin/choices", () => import("../admin/ChoicesPage"), "ChoicesPage", "queues.manage"),
          page(
            "customers",
            () => import("../admin/CustomersPage"),
            "CustomersPage",
            "customers.view",
            "customers.edit",
          ),
          page("admin/tokens", () => import("../admin/TokensPage"), "TokensPage", "tokens.manage"),
          page("admin/audit", () => import("../admin/AuditPage"), "AuditPage", "audit.view"),
          page("admin/health", () => import("../admin/HealthPage"), "HealthPage", "people.manage"),
          page("settings", () => import("../settings/SettingsPage"), "SettingsPage"),
          { path: "forbidden", element: <ForbiddenPage /> },
          { path: "*", element: <NotFoundPage /> },
        ],
      },
    ],
  },
  { path: "*", element: <Navigate to="/" replace /> },
]);
