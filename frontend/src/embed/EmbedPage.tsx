import { useQueryClient } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useParams } from "react-router";
import { signOut, useSession, useSessionQuery } from "../api/session";
import type { Person } from "../api/types";
import { SignIn } from "../app/SignIn";
import { useDesk } from "../app/useDesk";
import { useLink, useMyInteraction } from "../link/store";
import { Notices } from "../softphone/Notices";
import { Others } from "../softphone/Others";
import { takeable } from "../softphone/pick-up";
import { SoftphoneBar } from "../softphone/SoftphoneBar";
import { Failure } from "../ui/QueryView";
import { Bridge } from "./bridge";
import { embedded, happened, NOTHING, type Seen, toPickUp } from "./happened";
import { perform } from "./perform";
import type { EmbedEvent } from "./protocol";
import "./embed.css";

/** The softphone for a frame in another system's page: sign in, work with the telephone, and tell that page what happens. */
export function EmbedPage() {
  const { t } = useTranslation();
  const { tenant = "" } = useParams();
  const { pathname } = useLocation();
  const query = useSessionQuery();
  const session = query.data;
  // Another centre's agent must not be steered by pages which that centre did not let in.
  const person = session?.tenant?.id === tenant ? (session.person ?? null) : null;
  useBridge(person);
  if (query.error && !session) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!session) return <Spin fullscreen />;
  if (!session.signed_in) return <SignIn into={{ tenant, path: pathname }} />;
  if (!person) return <Stranger text={t("embed.other_centre")} />;
  return <Telephone person={person} />;
}

function Telephone({ person }: { person: Person }) {
  const { t } = useTranslation();
  const works = useDesk(person);
  if (!works) return <Stranger text={t("embed.no_agent")} />;
  return (
    <div className="embed" data-testid="embed">
      <Notices works />
      <SoftphoneBar />
      <Others />
      <Card />
    </div>
  );
}

/** Who calls and what is known of the call. */
function Card() {
  const { t } = useTranslation();
  const call = useMyInteraction();
  if (!call) return null;
  return (
    <dl className="embed-card" data-testid="embed-card">
      <dt>{t("embed.customer")}</dt>
      <dd>{call.customer?.name || t("customer.unknown")}</dd>
      {Object.entries(call.data).map(([key, value]) => (
        <div key={key} className="embed-data">
          <dt>{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Stranger({ text }: { text: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <div className="embed embed-stranger">
      <p>{text}</p>
      <Button onClick={() => void signOut(queries)}>{t("auth.sign_out")}</Button>
    </div>
  );
}

function useBridge(person: Person | null): void {
  const session = useSession();
  useEffect(() => {
    if (window.parent === window || !session) return;
    const signedIn: EmbedEvent = {
      event: "session",
      signed_in: person !== null,
      agent: person?.agent ?? "",
      name: person?.name ?? "",
    };
    let seen: Seen = NOTHING;
    const bridge = new Bridge(window.parent, perform, () => [signedIn, ...happened(NOTHING, seen)]);
    const heard = (event: MessageEvent) => void bridge.receive(event);
    window.addEventListener("message", heard);
    const follow = () => {
      const now = person ? seenNow() : NOTHING;
      // Without a state nothing has happened: the connection is away, and what it missed is told when it is back.
      if (!now) return;
      for (const event of happened(seen, now)) bridge.tell(event);
      seen = now;
    };
    follow();
    const unfollow = useLink.subscribe(follow);
    bridge.announce();
    return () => {
      window.removeEventListener("message", heard);
      unfollow();
    };
  }, [person, session]);
}

function seenNow(): Seen | null {
  const { view, you } = useLink.getState();
  if (!view) return null;
  const agent = view.agents[you];
  if (!agent) return NOTHING;
  const call = agent.interaction && view.interactions[agent.interaction];
  return {
    agent,
    call: call ? embedded(agent, call, view.agents) : null,
    waiting: takeable(agent, Object.values(view.agents), Object.values(view.interactions)).map(toPickUp),
  };
}
