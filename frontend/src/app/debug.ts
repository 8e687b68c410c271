import { useLink } from "../link/store";
import { currentPhone, useSoftphoneService } from "../softphone/service";

/** A little state for browser tests to wait on; read only. */
export interface DebugState {
  readonly phone: {
    registered: boolean;
    registration: string;
    call: string | null;
    muted: boolean;
    microphone: string;
  };
  readonly link: { status: string; engineOnline: boolean; agentState: string | null; connection: string | null };
}

declare global {
  interface Window {
    __callbase?: DebugState & { demoPhone?: { registered: boolean; call: string | null } };
  }
}

window.__callbase = {
  get phone() {
    const state = currentPhone()?.getState();
    return {
      registered: state?.registration === "registered" && useSoftphoneService.getState().mine,
      registration: state?.registration ?? "off",
      call: state?.call?.phase ?? null,
      muted: state?.call?.muted ?? false,
      microphone: state?.microphone ?? "unknown",
    };
  },
  get link() {
    const { status, engineOnline, view, you } = useLink.getState();
    const agent = view?.agents[you];
    return { status, engineOnline, agentState: agent?.state ?? null, connection: agent?.connection ?? null };
  },
};
