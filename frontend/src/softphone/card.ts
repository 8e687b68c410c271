import { useLink } from "../link/store";

/** INVITE and card come by two connections. For a card that does not come the bell waits no longer than this. */
const LONGEST_WAIT_MS = 1_000;

/** Calls back once the agent's screen has the interaction: then, and not before, its telephone rings. At once without a link. */
export function whenCardShown(interaction: string, shown: () => void): void {
  let stop = () => {};
  const done = () => {
    stop();
    // After what the change made React draw.
    setTimeout(shown);
  };
  if (there(interaction)) {
    done();
    return;
  }
  const unsubscribe = useLink.subscribe(() => {
    if (there(interaction)) done();
  });
  const timer = setTimeout(done, LONGEST_WAIT_MS);
  stop = () => {
    unsubscribe();
    clearTimeout(timer);
  };
}

function there(interaction: string): boolean {
  const { status, engineOnline, view, you } = useLink.getState();
  if (status !== "live" || !engineOnline) return true;
  return view?.agents[you]?.interaction === interaction && interaction in view.interactions;
}
