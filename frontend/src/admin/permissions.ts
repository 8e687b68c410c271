import type { Permission } from "../api/types";

/** Rights by what they are about, as the screen of roles shows them. */
export const PERMISSION_GROUPS: { group: string; permissions: Permission[] }[] = [
  { group: "work", permissions: ["agent.work", "customers.view", "customers.edit"] },
  {
    group: "look",
    permissions: ["board.view", "interactions.view_own", "interactions.view_all", "recordings.listen", "reports.view"],
  },
  {
    group: "supervise",
    permissions: [
      "agents.supervise",
      "calls.listen",
      "calls.whisper",
      "calls.barge",
      "calls.take_over",
      "calls.release",
    ],
  },
  {
    group: "manage",
    permissions: [
      "people.manage",
      "queues.manage",
      "dids.manage",
      "flows.manage",
      "prompts.manage",
      "trunks.manage",
      "tokens.manage",
      "audit.view",
    ],
  },
];

/** Of the texts about a right: i18next takes a dot for a step into the tree. */
export const permissionKey = (permission: string): string => permission.replace(".", "_");
