import {
  GlobalOutlined,
  LogoutOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Avatar, Button, Grid, Layout, Menu, Spin } from "antd";
import { Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Outlet, useLocation, useNavigate, useNavigation } from "react-router";
import { useNewAlarms } from "../admin/useNewAlarms";
import { api } from "../api/client";
import { hasLeft, signOut, usePermission, useSession, useSessionQuery } from "../api/session";
import type { Person } from "../api/types";
import { LANGUAGES, setLanguage } from "../i18n";
import { otherNumber } from "../interactions/other-end";
import { useNewVoicemails } from "../interactions/useNewVoicemails";
import { link, useMyAgent, useMyInteraction } from "../link/store";
import { Notices } from "../softphone/Notices";
import { Others } from "../softphone/Others";
import { rings } from "../softphone/part";
import { SoftphoneBar } from "../softphone/SoftphoneBar";
import { stopSoftphone } from "../softphone/service";
import { ClickMenu } from "../ui/ClickMenu";
import { formatNumber } from "../ui/format";
import { initials } from "../ui/initials";
import { Failure } from "../ui/QueryView";
import { useTitle } from "../ui/useTitle";
import { Logo } from "./Logo";
import { MENU } from "./menu";
import { ShortcutHelp } from "./ShortcutHelp";
import type { SessionEnded } from "./SignIn";
import { useDesk } from "./useDesk";
import { useRenewal } from "./useRenewal";

/** The frame of every signed-in page. */
export function Shell() {
  const query = useSessionQuery();
  const location = useLocation();
  const login = useRef<string>(undefined);
  if (query.error && !query.data) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Spin fullscreen />;
  if (!query.data.signed_in || !query.data.person) {
    const from = location.pathname + location.search;
    const to = from === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(from)}`;
    const ended: SessionEnded | null = login.current && !hasLeft() ? { ended: login.current } : null;
    return <Navigate to={to} state={ended} replace />;
  }
  login.current = query.data.person.login;
  return <SignedIn person={query.data.person} />;
}

function SignedIn({ person }: { person: Person }) {
  const works = useDesk(person);
  useShellTitle();
  useRenewal();
  const location = useLocation();
  const loading = useNavigation().state === "loading";
  return (
    <Layout style={{ minHeight: "100%" }} hasSider>
      <Sider />
      <Layout>
        <Layout.Header className="shell-header">
          {works ? <SoftphoneBar /> : <Centre />}
          <ShortcutHelp works={works} />
          <PersonMenu person={person} />
        </Layout.Header>
        {loading && <div className="shell-loading" aria-hidden="true" />}
        {works && <Others />}
        <Notices works={works} />
        <Layout.Content>
          <Suspense key={location.pathname} fallback={<Spin style={{ display: "block", margin: "20vh auto" }} />}>
            <Outlet />
          </Suspense>
        </Layout.Content>
      </Layout>
    </Layout>
  );
}

/** Whose centre this is, where no telephone takes the place. */
function Centre() {
  const name = useSession()?.tenant?.name;
  return <span className="grow ellipsis muted">{name}</span>;
}

/** The page's name; while a call rings, who calls, so that it is seen from another tab. */
function useShellTitle(): void {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const agent = useMyAgent();
  const interaction = useMyInteraction();
  const page = MENU.find((it) => pathname.startsWith(it.path))?.label;
  const ringing = agent && interaction && rings(agent, interaction);
  const who =
    interaction?.customer?.name || formatNumber(interaction ? otherNumber(interaction) : "") || t("call.anonymous");
  const label = pathname === "/settings" ? "menu.settings" : page;
  useTitle(ringing ? `☎ ${t("call.incoming_from", { who })}` : label && t(label));
}

const COLLAPSED = "callbase.menu.collapsed";
const COUNTED = 999;

function Sider() {
  const { t } = useTranslation();
  const may = usePermission();
  const { pathname } = useLocation();
  const [chosen, setChosen] = useState(localStorage.getItem(COLLAPSED) === "1");
  const roomy = Grid.useBreakpoint().xl ?? true;
  const collapsed = chosen || !roomy;
  const agent = useSession()?.person?.agent;
  const counts: Record<string, number> = { "/voicemail": useNewVoicemails(), "/admin/health": useNewAlarms() };
  const shown = MENU.filter((it) => may(...it.any) && (it.path !== "/workbench" || agent));
  const groups = (["work", "see", "manage"] as const).flatMap((group) => {
    const entries = shown.filter((it) => it.group === group);
    if (entries.length === 0) return [];
    const items = entries.map((it) => {
      const count = counts[it.path] ?? 0;
      return {
        key: it.path,
        // where there is no room for words, the number is in what comes up at the pointer
        icon: collapsed && count > 0 ? <span className="shell-dot">{it.icon}</span> : it.icon,
        label: (
          <Link to={it.path} data-testid={`menu-${it.label.slice(5)}`}>
            {t(it.label)}
            {count > 0 && (
              <span className="shell-count num" data-testid={`menu-${it.label.slice(5)}-count`}>
                {count > COUNTED ? `${COUNTED}+` : count}
              </span>
            )}
          </Link>
        ),
      };
    });
    return [
      { key: group, type: "group" as const, label: collapsed ? null : t(`menu.group.${group}`), children: items },
    ];
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another entry
  useEffect(() => {
    document.querySelector(".shell-menu .ant-menu-item-selected")?.scrollIntoView?.({ block: "nearest" });
  }, [pathname]);
  const toggle = () => {
    localStorage.setItem(COLLAPSED, chosen ? "0" : "1");
    setChosen(!chosen);
  };
  return (
    <Layout.Sider
      className="shell-sider"
      theme="light"
      width={224}
      collapsedWidth={60}
      collapsed={collapsed}
      trigger={null}
    >
      <Link to="/" className="shell-logo">
        <Logo size={28} />
        {!collapsed && <span>callbase</span>}
      </Link>
      <nav className="shell-menu">
        <Menu
          mode="inline"
          items={groups}
          selectedKeys={shown.filter((it) => pathname.startsWith(it.path)).map((it) => it.path)}
        />
      </nav>
      {roomy && (
        <Button
          type="text"
          className="shell-collapse"
          icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          aria-label={t("menu.collapse")}
          onClick={toggle}
        />
      )}
    </Layout.Sider>
  );
}

function PersonMenu({ person }: { person: Person }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const session = useSession();
  const agent = useMyAgent();
  const inCall = agent?.state === "busy" || agent?.state === "reserved";

  const leave = async () => {
    stopSoftphone();
    link.stop();
    await signOut(queries);
    navigate("/sign-in");
  };
  const askLeave = () => {
    if (inCall) modal.confirm({ title: t("auth.sign_out_in_call"), okText: t("auth.sign_out"), onOk: leave });
    else void leave();
  };
  const speak = (language: (typeof LANGUAGES)[number]["id"]) => {
    setLanguage(language);
    if (!session?.person) return;
    queries.setQueryData(["session"], { ...session, person: { ...session.person, language } });
    void api("/api/me", { method: "PATCH", body: { language } }).catch(() => {});
  };
  return (
    <ClickMenu
      placement="bottomRight"
      menu={{
        items: [
          {
            key: "who",
            type: "group",
            label: (
              <>
                {person.name} · {person.login}
                {agent && ` · ${t(`agent_type.${agent.type}`)}`}
                {session?.tenant ? ` · ${session.tenant.name}` : ""}
              </>
            ),
          },
          {
            key: "settings",
            icon: <SettingOutlined />,
            label: <span data-testid="menu-settings">{t("menu.settings")}</span>,
          },
          ...LANGUAGES.filter((it) => it.id !== i18n.language).map((it) => ({
            key: it.id,
            icon: <GlobalOutlined />,
            label: <span data-testid={`language-${it.id}`}>{it.name}</span>,
          })),
          { type: "divider" },
          { key: "leave", icon: <LogoutOutlined />, label: <span data-testid="sign-out">{t("auth.sign_out")}</span> },
        ],
        onClick: ({ key }) => {
          if (key === "leave") askLeave();
          else if (key === "settings") navigate("/settings");
          else speak(key as (typeof LANGUAGES)[number]["id"]);
        },
      }}
    >
      <button type="button" className="shell-person" data-testid="person-menu">
        <Avatar size={32} style={{ background: "var(--accent)", color: "var(--on-accent)" }}>
          {initials(person.name)}
        </Avatar>
        <span className="shell-person-name ellipsis">{person.name}</span>
      </button>
    </ClickMenu>
  );
}

/** Whom calls come to starts at the workbench, who watches over others at the board, else at the first page one may see. */
export function HomeRedirect() {
  const may = usePermission();
  const session = useSession();
  const first = MENU.find((it) => may(...it.any) && (it.path !== "/workbench" || session?.person?.agent));
  const seesBoard = may("board.view") && !session?.in_queues;
  return <Navigate to={seesBoard ? "/board" : (first?.path ?? "/settings")} replace />;
}
