import {
  ApartmentOutlined,
  AuditOutlined,
  BarChartOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  FundProjectionScreenOutlined,
  GlobalOutlined,
  HeartOutlined,
  HistoryOutlined,
  IdcardOutlined,
  KeyOutlined,
  MessageOutlined,
  NumberOutlined,
  SafetyOutlined,
  SoundOutlined,
  StarOutlined,
  TeamOutlined,
  UnorderedListOutlined,
  UserOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { Permission } from "../api/types";

export interface MenuEntry {
  path: string;
  label: string;
  icon: ReactNode;
  any: Permission[];
  group: "work" | "see" | "manage";
}

/** The menu; who may open an entry sees it. `label` is a text's key. */
export const MENU: MenuEntry[] = [
  {
    path: "/workbench",
    label: "menu.workbench",
    icon: <CustomerServiceOutlined />,
    any: ["agent.work"],
    group: "work",
  },
  {
    path: "/interactions",
    label: "menu.interactions",
    icon: <HistoryOutlined />,
    any: ["interactions.view_own", "interactions.view_all"],
    group: "work",
  },
  {
    path: "/voicemail",
    label: "menu.voicemail",
    icon: <MessageOutlined />,
    any: ["recordings.listen"],
    group: "work",
  },
  {
    path: "/customers",
    label: "menu.customers",
    icon: <UserOutlined />,
    any: ["customers.view", "customers.edit"],
    group: "work",
  },
  { path: "/board", label: "menu.board", icon: <DashboardOutlined />, any: ["board.view"], group: "see" },
  { path: "/wall", label: "menu.wall", icon: <FundProjectionScreenOutlined />, any: ["board.view"], group: "see" },
  { path: "/reports/today", label: "menu.today", icon: <BarChartOutlined />, any: ["reports.view"], group: "see" },
  {
    path: "/simulations",
    label: "menu.simulations",
    icon: <ExperimentOutlined />,
    any: ["queues.manage"],
    group: "see",
  },
  { path: "/admin/people", label: "menu.people", icon: <TeamOutlined />, any: ["people.manage"], group: "manage" },
  { path: "/admin/roles", label: "menu.roles", icon: <IdcardOutlined />, any: ["people.manage"], group: "manage" },
  {
    path: "/admin/queues",
    label: "menu.queues",
    icon: <UnorderedListOutlined />,
    any: ["queues.manage"],
    group: "manage",
  },
  {
    path: "/admin/skills",
    label: "menu.skills",
    icon: <StarOutlined />,
    any: ["queues.manage"],
    group: "manage",
  },
  {
    path: "/admin/calendars",
    label: "menu.calendars",
    icon: <CalendarOutlined />,
    any: ["queues.manage"],
    group: "manage",
  },
  {
    path: "/admin/callers",
    label: "menu.callers",
    icon: <ContactsOutlined />,
    any: ["queues.manage"],
    group: "manage",
  },
  { path: "/admin/dids", label: "menu.dids", icon: <NumberOutlined />, any: ["dids.manage"], group: "manage" },
  { path: "/admin/flows", label: "menu.flows", icon: <ApartmentOutlined />, any: ["flows.manage"], group: "manage" },
  { path: "/admin/prompts", label: "menu.prompts", icon: <SoundOutlined />, any: ["prompts.manage"], group: "manage" },
  {
    path: "/admin/music",
    label: "menu.music",
    icon: <CustomerServiceOutlined />,
    any: ["prompts.manage"],
    group: "manage",
  },
  { path: "/admin/trunks", label: "menu.trunks", icon: <GlobalOutlined />, any: ["trunks.manage"], group: "manage" },
  {
    path: "/admin/choices",
    label: "menu.choices",
    icon: <CheckSquareOutlined />,
    any: ["queues.manage"],
    group: "manage",
  },
  { path: "/admin/tokens", label: "menu.tokens", icon: <KeyOutlined />, any: ["tokens.manage"], group: "manage" },
  {
    path: "/admin/findings",
    label: "menu.findings",
    icon: <SafetyOutlined />,
    any: ["queues.manage", "dids.manage", "flows.manage", "trunks.manage"],
    group: "manage",
  },
  { path: "/admin/audit", label: "menu.audit", icon: <AuditOutlined />, any: ["audit.view"], group: "manage" },
  { path: "/admin/health", label: "menu.health", icon: <HeartOutlined />, any: ["people.manage"], group: "manage" },
];
