import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "../api/client";
import type { InteractionDetail } from "../api/types";
import { SegmentBar } from "../interactions/SegmentBar";
import type { AgentView, InteractionView } from "../link/messages";
import { outsideNumber, rings, shownPhase } from "../softphone/part";
import { stateSinceMs, talkSinceMs } from "../softphone/since";
import { useComing } from "../softphone/useComing";
import { useOtherEnd } from "../softphone/usePartyName";
import { formatNumber, useFormat } from "../ui/format";
import { Since } from "../ui/Ticking";
import { useEngineNow } from "../ui/time";
import { useQueueName } from "../ui/useQueueName";
import { AttachedData } from "./AttachedData";

/** The call at hand: who, for what, how long; where it has been so far; the data attached to it. */
export function CallPanel({ agent, interaction }: { agent: AgentView; interaction: InteractionView }) {
  const { t } = useTranslation();
  const queueName = useQueueName();
  const offered = rings(agent, interaction);
  const phase = shownPhase(agent, interaction);
  const otherEnd = useOtherEnd(agent, interaction);
  const coming = useComing(agent, interaction);
  const within = interaction.direction === "internal";
  const incoming = within ? t("call.incoming_internal") : t("call.incoming");
  const stage = offered ? incoming : t(`phase.${phase}`);
  const words = phase === "consult" && coming ? coming : [stage, coming].filter(Boolean).join(" · ");
  return (
    <section className={`panel call-panel call-panel-${phase}`} data-testid="call-panel" data-phase={phase}>
      <div className="call-panel-head">
        <div className="grow">
          <div className="call-panel-phase">
            {words}
            {(phase === "hold" || phase === "reconnecting") && (
              <span className="num" data-testid="hold-time">
                {" "}
                <Since ms={stateSinceMs(agent, interaction)} />
              </span>
            )}
          </div>
          <div className="call-panel-number num" data-testid="call-number">
            {formatNumber(outsideNumber(interaction)) || otherEnd || t("call.anonymous")}
          </div>
        </div>
        {phase !== "wrap_up" && (
          <div className="call-panel-timer num" data-testid="call-time">
            <Since ms={talkSinceMs(agent)} />
          </div>
        )}
      </div>
      <div className="panel-body">
        <dl className="facts call-facts">
          <dt>{t("field.queue")}</dt>
          <dd>{interaction.queue ? queueName(interaction.queue) : "–"}</dd>
          <dt>{t("field.called_number")}</dt>
          <dd className="num">{formatNumber(interaction.called_number)}</dd>
          <dt>{t("field.language")}</dt>
          <dd>{t(`language.${interaction.language}`, { defaultValue: interaction.language })}</dd>
          <dt>{interaction.direction === "inbound" ? t("field.since_arrival") : t("field.since_begin")}</dt>
          <dd>
            <Since ms={interaction.started_ms} />
          </dd>
          <AttachedData interaction={interaction} editable={!offered} />
        </dl>
        <LiveTimeline interaction={interaction} />
      </div>
    </section>
  );
}

/** Not this agent's to see (yet): asking again changes nothing before the phase does. */
const refused = (error: Error | null): boolean =>
  error instanceof ApiError && (error.status === 404 || error.status === 403);

/** The segments so far, asked for again whenever the phase changes; the running one grows by itself. */
function LiveTimeline({ interaction }: { interaction: InteractionView }) {
  const now = useEngineNow();
  const { clock } = useFormat();
  const detail = useQuery({
    queryKey: ["interaction", interaction.interaction, "live", interaction.phase, interaction.phase_since_ms],
    queryFn: () => api<InteractionDetail>(`/api/interactions/${interaction.interaction}`),
    placeholderData: (previous) => previous,
    // Facts reach the tables a moment after they reach the screen.
    refetchInterval: ({ state }) => (refused(state.error) ? false : 3_000),
    retry: (failures, error) => !refused(error) && failures < 3,
    retryDelay: 400,
  });
  const segments = detail.data?.segments ?? [];
  if (segments.length === 0) return null;
  return (
    <div style={{ marginTop: 16 }}>
      <SegmentBar segments={segments} nowMs={now} />
      <div className="row small faint num" style={{ justifyContent: "space-between" }}>
        <span>{clock(interaction.started_ms)}</span>
        <span>{clock(now)}</span>
      </div>
    </div>
  );
}
