import { RetweetOutlined, RollbackOutlined, SwapOutlined, TeamOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { AgentView, InteractionView } from "../link/messages";
import { useLinkUp } from "../link/store";
import { useAsk } from "../ui/useAsk";
import * as desk from "./desk";
import type { CallFunction } from "./functions";
import { useShortcutKeys, useShortcuts } from "./shortcuts";
import { Tool } from "./TalkButtons";
import { useOtherEnd, usePartyName } from "./usePartyName";

const STEPS = ["complete", "alternate", "conference", "reconnect"] as const satisfies readonly CallFunction[];
type Step = (typeof STEPS)[number];

const DO: Record<Step, () => Promise<void>> = {
  complete: desk.complete,
  alternate: desk.alternate,
  conference: desk.conference,
  reconnect: desk.reconnect,
};
const ICONS = {
  complete: <SwapOutlined />,
  alternate: <RetweetOutlined />,
  conference: <TeamOutlined />,
  reconnect: <RollbackOutlined />,
};

/** Who is consulted or asked to join, and where it may lead. */
export function Consultation({
  agent,
  may,
  interaction,
}: {
  agent: AgentView;
  may: ReadonlySet<CallFunction>;
  interaction: InteractionView;
}) {
  const { t } = useTranslation();
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const up = useLinkUp();
  const partyName = usePartyName();
  const first = useOtherEnd(agent, interaction);
  const within = interaction.direction === "internal";
  const state = interaction.consultation;
  const steps = STEPS.filter((it) => state && may.has(it));
  const take = (it: Step) => void run(it, DO[it]);
  const commands = Object.fromEntries(steps.map((it) => [it, () => take(it)]));
  // The key that hangs up ends the consultation where there is nothing else to hang up.
  useShortcuts(steps.length && !may.has("hang_up") ? { ...commands, hang_up: () => take("reconnect") } : commands);
  const party = interaction.parties.find((it) => it.consulted);
  if (!state || steps.length === 0) return null;
  const name = party ? partyName(party) : t("consultation.somebody");
  return (
    <div className="phone-consultation" data-testid="consultation" data-state={state}>
      <span className="phone-call-who grow">
        <strong className="ellipsis">{name}</strong>
        <span className="small muted ellipsis">
          {party?.connection === "reconnecting"
            ? t("consultation.lost")
            : t(`consultation.${state}`, { context: within ? "internal" : undefined })}
        </span>
      </span>
      {steps.map((it) => (
        <Tool
          key={it}
          text={label(t, it, state, name, within ? first : "")}
          keys={keys[it]}
          type={it === "complete" ? "primary" : "default"}
          icon={ICONS[it]}
          disabled={!up}
          loading={busy === it}
          onClick={() => take(it)}
          data-testid={`call-${it}`}
        />
      ))}
    </div>
  );
}

/** `first`: who one speaks with beside the consultation, where that is no customer. */
function label(
  t: TFunction,
  step: Step,
  state: NonNullable<InteractionView["consultation"]>,
  name: string,
  first: string,
): string {
  const ringing = state === "waiting" || state === "alerting" || state === "joining";
  if (step === "reconnect") return t(ringing ? "consultation_do.cancel" : "consultation_do.reconnect");
  if (step === "alternate" && (state === "held" || first))
    return t("consultation_do.to_other", { name: state === "held" ? name : first });
  if (step === "alternate") return t("consultation_do.to_customer");
  return t(`consultation_do.${step}`);
}
