/**
 * For what is typed into as soon as it is there: what lies in a popover cannot take the focus before that is shown, which it
 * is a moment later, and no key may go elsewhere meanwhile.
 */
export function takeFocus(what: { focus: () => void } | null): void {
  if (what) tryFocus(what, Date.now() + GIVEN_UP_MS);
}

const GIVEN_UP_MS = 500;
const AGAIN_MS = 8;

function tryFocus(what: { focus: () => void }, untilMs: number): void {
  const before = document.activeElement;
  what.focus();
  if (document.activeElement === before && Date.now() < untilMs) setTimeout(() => tryFocus(what, untilMs), AGAIN_MS);
}
