/** A `ref` for what is typed into as soon as it is there: what lies in a popover cannot take the focus before that is shown. */
export function takeFocus(what: { focus: () => void } | null): void {
  if (what) setTimeout(() => what.focus(), SHOWN_AFTER_MS);
}

const SHOWN_AFTER_MS = 60;
