import type { MuteMemory } from "./phone";

const KEY = "callbase.muted";

/** Kept in the browser, so that the page that comes back mutes again, be it this one or another. */
export const muteMemory: MuteMemory = {
  muted: () => localStorage.getItem(KEY),
  remember: (interaction) => {
    if (interaction) localStorage.setItem(KEY, interaction);
    else localStorage.removeItem(KEY);
  },
};
