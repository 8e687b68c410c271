import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { SegmentItem } from "../api/types";
import { useFormat } from "../ui/format";
import { formatDuration } from "../ui/time";
import "./interactions.css";

const COLOURS: Record<string, string> = {
  flow: "var(--flow)",
  queue: "var(--queue)",
  offer: "var(--offer)",
  talk: "var(--talk)",
  hold: "var(--hold)",
  conference: "var(--talk)",
  consult: "var(--offer)",
  callback: "var(--queue)",
  voicemail: "var(--flow)",
  wrap_up: "var(--wrap)",
};

export const segmentColour = (kind: string): string => COLOURS[kind] ?? "var(--off)";

/** A call on its way to somebody is in no flow, and one that is parked with no agent. */
export function segmentName(it: Pick<SegmentItem, "kind" | "flow" | "agent">): string {
  if (it.kind === "flow" && !it.flow) return "segment.connecting";
  return it.kind === "hold" && !it.agent ? "segment.parked" : `segment.${it.kind}`;
}

/** Who was at it: of a consultation who asked, and whom. */
export function segmentWho(it: SegmentItem): string {
  return [it.agent_name ?? it.agent, it.party_name ?? it.party].filter(Boolean).join(" → ");
}

/** Those of the customer follow one another and cover its time; offer, consult and wrap-up are an agent's, beside them. */
const CUSTOMERS = ["flow", "queue", "talk", "hold", "conference", "callback", "voicemail"];

/** Time as length: above the customer's way, below what agents did meanwhile. */
export function SegmentBar({ segments, nowMs }: { segments: SegmentItem[]; nowMs: number }) {
  const { t } = useTranslation();
  const { clock } = useFormat();
  const spans = segments.map((it) => ({
    ...it,
    from: Date.parse(it.started_at),
    to: it.ended_at ? Date.parse(it.ended_at) : nowMs,
  }));
  const start = Math.min(...spans.map((it) => it.from));
  const whole = Math.max(1, Math.max(...spans.map((it) => it.to)) - start);
  const lanes = [spans.filter((it) => CUSTOMERS.includes(it.kind)), spans.filter((it) => !CUSTOMERS.includes(it.kind))];
  return (
    <div className="segments">
      {lanes.map((lane, index) =>
        lane.length === 0 ? null : (
          <div key={index} className={index === 0 ? "segment-lane" : "segment-lane segment-lane-agent"}>
            {lane.map((it) => {
              const width = ((it.to - it.from) / whole) * 100;
              return (
                <Tooltip
                  key={it.id}
                  title={[
                    t(segmentName(it)),
                    formatDuration(it.to - it.from),
                    `${clock(it.from)} – ${clock(it.to)}`,
                    segmentWho(it),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                >
                  <span
                    className={`segment segment-${it.kind}`}
                    data-testid={`segment-${it.kind}`}
                    style={{
                      left: `${((it.from - start) / whole) * 100}%`,
                      width: `${Math.max(width, 0.4)}%`,
                      background: segmentColour(it.kind),
                    }}
                  >
                    {index === 0 && width > 9 ? t(segmentName(it)) : ""}
                  </span>
                </Tooltip>
              );
            })}
          </div>
        ),
      )}
    </div>
  );
}
