import { usePermission } from "../api/session";
import { MODES, modePermission } from "../supervise/actions";
import { COMMANDS, type Command } from "./shortcuts";

const isMode = (command: Command): command is (typeof MODES)[number] => (MODES as readonly string[]).includes(command);

/** The commands a person can ever use: those of a supervisor at an agent's call need a permission each. */
export function useCommands(): Command[] {
  const may = usePermission();
  return COMMANDS.filter((it) => !isMode(it) || may(modePermission(it)));
}
