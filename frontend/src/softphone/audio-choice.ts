import { create } from "zustand";

/** Which of the machine's sound devices is used for what, kept in the browser: another machine has others. */

export type AudioUse = "microphone" | "speaker" | "ringer";

/** Ids as the browser gives them; "": the machine's own choice, and for the second ringer: none. */
export type AudioChoice = Record<AudioUse, string>;

const STORED = "callbase.audio";
const NONE: AudioChoice = { microphone: "", speaker: "", ringer: "" };

export const useAudioChoice = create<AudioChoice>(stored);

export function chooseAudio(use: AudioUse, id: string): void {
  useAudioChoice.setState({ [use]: id });
  localStorage.setItem(STORED, JSON.stringify(useAudioChoice.getState()));
}

function stored(): AudioChoice {
  try {
    return { ...NONE, ...JSON.parse(localStorage.getItem(STORED) ?? "{}") };
  } catch {
    return NONE;
  }
}

export interface AudioDevice {
  id: string;
  label: string;
}

/** What is plugged in. Without a permission for the microphone a browser tells neither ids nor names: then nothing is listed. */
export async function audioDevices(): Promise<Record<"inputs" | "outputs", AudioDevice[]>> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((it) => it.kind === kind && it.deviceId && !ALIASES.has(it.deviceId))
      .map((it) => ({ id: it.deviceId, label: it.label }));
  return { inputs: of("audioinput"), outputs: of("audiooutput") };
}

/** Chromium's names for what the machine has chosen, which is "" here. */
const ALIASES = new Set(["default", "communications"]);

/** Whether a track is of no use any more, or not of the microphone that is chosen and there. */
export function wantsOther(track: { readyState: string; deviceId: string }, chosen: string, there: string[]): boolean {
  if (track.readyState === "ended") return true;
  return chosen !== "" && track.deviceId !== chosen && there.includes(chosen);
}
