import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "../api/client";
import { useSession } from "../api/session";
import type { SoftphoneSettings } from "../api/types";
import { link, useLink, useLinkUp, useMyAgent } from "../link/store";
import { useAsk } from "../ui/useAsk";
import * as desk from "./desk";
import { currentPhone, startSoftphone, usePhone, useSoftphoneService } from "./service";

/** Set by the sign-in page: the agent has just arrived and wants a telephone, unlike after a reload. */
export const FRESH_SIGN_IN = "callbase.fresh-sign-in";

/** Opens the link, and for an agent the telephone; after a fresh sign-in signs the agent in to it, not ready yet. */
export function useSoftphoneStart(works: boolean): void {
  const session = useSession();
  const settings = useQuery({
    queryKey: ["softphone"],
    queryFn: () => api<SoftphoneSettings>("/api/softphone"),
    enabled: works,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 10,
  });
  useEffect(() => {
    if (!works) link.start(false);
    else if (settings.data) void startSoftphone(settings.data);
  }, [works, settings.data]);
  // What an administrator has changed, a telephone permitted or withdrawn or a name, reaches the page without a reload as soon
  // as the engine has it; the account itself stays.
  const queries = useQueryClient();
  const version = useLink((state) => state.view?.config_version);
  useEffect(() => {
    if (works && version) void queries.invalidateQueries({ queryKey: ["softphone"] });
  }, [works, version, queries]);
  useEffect(() => {
    const known = useSoftphoneService.getState().settings;
    if (settings.data && known && known !== settings.data) useSoftphoneService.setState({ settings: settings.data });
  }, [settings.data]);

  const agent = useMyAgent();
  const up = useLinkUp();
  const phone = usePhone();
  const { run } = useAsk();
  useEffect(() => {
    if (!works || !up || !agent || !session) return;
    if (agent.state !== "logged_off") {
      sessionStorage.removeItem(FRESH_SIGN_IN);
      return;
    }
    if (phone.registration !== "registered" || sessionStorage.getItem(FRESH_SIGN_IN) === null) return;
    sessionStorage.removeItem(FRESH_SIGN_IN);
    void run("sign_in", () => desk.signIn());
  }, [works, up, agent, session, phone.registration, run]);

  // An answer asked for before the INVITE came is good for that offer only.
  const offered = agent?.state === "reserved";
  useEffect(() => {
    if (!offered) currentPhone()?.send({ type: "offer_over" });
  }, [offered]);
}
