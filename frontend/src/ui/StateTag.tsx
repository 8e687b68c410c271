import { useTranslation } from "react-i18next";
import type { AgentState, AgentView } from "../link/messages";

export type ShownState = AgentState | "hold" | "reconnecting";

/** What an agent is shown as: the engine's state, told apart further where a call rings, is held or being brought back. */
export function shownState(agent: Pick<AgentView, "state" | "connection">): ShownState {
  if (agent.state !== "busy") return agent.state;
  if (agent.connection === "alerting") return "reserved";
  return agent.connection === "hold" || agent.connection === "reconnecting" ? agent.connection : "busy";
}

const COLOURS: Record<ShownState, string> = {
  logged_off: "var(--off)",
  not_ready: "var(--not-ready)",
  ready: "var(--ready)",
  reserved: "var(--reserved)",
  busy: "var(--talk)",
  working_after_call: "var(--wrap)",
  hold: "var(--hold)",
  reconnecting: "var(--lost)",
};

export const stateColour = (state: ShownState): string => COLOURS[state];

/** Every state has a shape of its own, so that colour is never the only sign. */
export function StateDot({ state, size = 16 }: { state: ShownState; size?: number }) {
  const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.8 };
  return (
    <span className="state-dot" style={{ color: COLOURS[state], width: size, height: size }} aria-hidden="true">
      <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
        {state === "logged_off" && <circle cx="8" cy="8" r="5" {...stroke} />}
        {state === "not_ready" && (
          <>
            <circle cx="8" cy="8" r="6" fill="currentColor" />
            <rect x="4.5" y="7" width="7" height="2" rx="1" fill="var(--surface)" />
          </>
        )}
        {state === "ready" && (
          <>
            <circle cx="8" cy="8" r="6" fill="currentColor" />
            <path d="M5 8.3 7.2 10.4 11 6" fill="none" stroke="var(--surface)" strokeWidth="1.8" />
          </>
        )}
        {state === "reserved" && <path d="M8 1.5 14.5 13.5h-13z" fill="currentColor" />}
        {state === "busy" && <rect x="2" y="2" width="12" height="12" rx="3" fill="currentColor" />}
        {state === "hold" && (
          <>
            <rect x="3" y="2.5" width="3.8" height="11" rx="1" fill="currentColor" />
            <rect x="9.2" y="2.5" width="3.8" height="11" rx="1" fill="currentColor" />
          </>
        )}
        {state === "working_after_call" && <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="currentColor" />}
        {state === "reconnecting" && (
          <>
            <circle cx="8" cy="8" r="5.5" {...stroke} strokeDasharray="4 2.5" />
            <circle cx="8" cy="8" r="1.8" fill="currentColor" />
          </>
        )}
      </svg>
    </span>
  );
}

export function StateTag({ state }: { state: ShownState }) {
  const { t } = useTranslation();
  return (
    <span className="state-tag" style={{ color: COLOURS[state] }}>
      <StateDot state={state} />
      {t(`agent_state.${state}`)}
    </span>
  );
}
