import { Button, Popover, Tooltip } from "antd";
import { useLinkUp } from "../link/store";
import { useAsk } from "../ui/useAsk";
import { usePopover } from "../ui/usePopover";
import { type PartyAction, PartyPicker } from "./PartyPicker";
import type { Candidate, PartyTo } from "./party-search";
import { useShortcutKeys, useShortcuts, withKey } from "./shortcuts";
import { Labelled } from "./TalkButtons";

export interface Reach {
  key: string;
  label: string;
  icon: React.ReactNode;
  reach: (to: PartyTo) => Promise<unknown>;
  fits?: (candidate: Candidate) => boolean;
}

/** A button that asks whom, and then does one of these; closed once that is done. */
export function PartyPopover({
  ways,
  label,
  icon,
  text,
  placement,
  handle,
}: {
  ways: Reach[];
  label: string;
  icon: React.ReactNode;
  /** On the button. */
  text: string;
  placement: "bottomLeft" | "bottomRight";
  handle: string;
}) {
  const { run, busy } = useAsk();
  const keys = useShortcutKeys();
  const up = useLinkUp();
  const [open, setOpen] = usePopover();
  useShortcuts({ dial: up ? () => setOpen(!open) : undefined });
  const actions = ways.map(
    ({ reach, ...way }): PartyAction => ({
      ...way,
      run: (to) => void run(way.key, () => reach(to)).then((done) => done && setOpen(false)),
    }),
  );
  return (
    <Popover
      trigger="click"
      placement={placement}
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<PartyPicker actions={actions} busy={busy} />}
    >
      <Tooltip title={open ? "" : withKey(label, keys.dial)}>
        <Button icon={icon} aria-label={label} disabled={!up} data-testid={handle}>
          <Labelled text={text} keys={keys.dial} />
        </Button>
      </Tooltip>
    </Popover>
  );
}
