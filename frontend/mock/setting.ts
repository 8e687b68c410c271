import type { IncomingMessage } from "node:http";

/** What the mock shows is in cookies, so that each browser sees a centre of its own. */

export const SCENES = [
  "ready",
  "signed_out",
  "not_ready",
  "offer",
  "transferred",
  "returned",
  "parked_back",
  "house_call",
  "stranger",
  "talk",
  "hold",
  "pausing",
  "colleague",
  "crowded",
  "crowded_idle",
  "consult_rings",
  "consulting",
  "consult_held",
  "adding",
  "consulted",
  "advising",
  "conference",
  "joined",
  "invited",
  "missed",
  "taken_over",
  "supervising",
  "supervised",
  "to_fetch",
  "calling",
  "reconnecting",
  "wrap_up",
  "device_lost",
  "outside",
  "outside_offer",
  "switch_away",
  "engine_away",
  "link_lost",
  "link_refused",
  "deserted",
  "large",
] as const;
export type Scene = (typeof SCENES)[number];

/** `empty`: lists have nothing in them; `failing`: the API breaks; `silent`: it never answers; `refusing`: it takes no change. */
export type Fault = "" | "empty" | "failing" | "silent" | "refusing";

export interface Setting {
  /** The sign-in name; "" for nobody. */
  person: string;
  language: "zh-CN" | "en-US";
  theme: "light" | "dark" | "system";
  scene: Scene;
  fault: Fault;
  /** Tells one visit from another where the mock has to remember it. */
  visit: string;
}

export function settingOf(request: IncomingMessage): Setting {
  const cookies = Object.fromEntries(
    (request.headers.cookie ?? "").split(/;\s*/).map((it) => it.split("=") as [string, string]),
  );
  return {
    person: cookies.mock_person ?? "",
    language: cookies.mock_language === "en-US" ? "en-US" : "zh-CN",
    theme: cookies.mock_theme === "dark" || cookies.mock_theme === "system" ? cookies.mock_theme : "light",
    scene: SCENES.find((it) => it === cookies.mock_scene) ?? "ready",
    fault: (cookies.mock_fault ?? "") as Fault,
    visit: cookies.mock_visit ?? "",
  };
}
