import { Dropdown, type DropdownProps } from "antd";
import { usePopover } from "./usePopover";

/** A menu opened by a click or Enter and gone through with the arrows. */
export function ClickMenu(props: Omit<DropdownProps, "trigger" | "autoFocus" | "open" | "onOpenChange">) {
  const [open, setOpen] = usePopover();
  return <Dropdown {...props} trigger={["click"]} autoFocus open={open} onOpenChange={setOpen} />;
}
