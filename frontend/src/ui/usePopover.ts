import { useRef, useState } from "react";

/** Whether a popover or menu is open. Closed by a key, it gives the focus back to what had it before: a note that is being written, say. */
export function usePopover(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(false);
  const before = useRef<Element | null>(null);
  const change = (next: boolean) => {
    if (next) before.current = document.activeElement;
    else if (before.current instanceof HTMLElement && isLost(document.activeElement)) before.current.focus();
    setOpen(next);
  };
  return [open, change];
}

const isLost = (focused: Element | null): boolean =>
  focused === null || focused === document.body || focused.closest(".ant-popover, .ant-dropdown") !== null;
