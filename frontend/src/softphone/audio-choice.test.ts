import { beforeEach, describe, expect, it, vi } from "vitest";
import { audioDevices, chooseAudio, useAudioChoice, wantsOther } from "./audio-choice";

beforeEach(() => localStorage.clear());

describe("the sound devices chosen", () => {
  it("are remembered, each for its use", () => {
    chooseAudio("microphone", "headset-in");
    chooseAudio("ringer", "loudspeaker");
    const kept = JSON.parse(localStorage.getItem("callbase.audio") ?? "");
    expect(kept).toEqual({ microphone: "headset-in", speaker: "", ringer: "loudspeaker" });
    expect(useAudioChoice.getState()).toMatchObject(kept);
  });

  it("are listed by use, without the browser's second names for the machine's own choice", async () => {
    const found = [
      { kind: "audioinput", deviceId: "default", label: "Default" },
      { kind: "audioinput", deviceId: "m", label: "Headset" },
      { kind: "audiooutput", deviceId: "communications", label: "Communications" },
      { kind: "audiooutput", deviceId: "s", label: "Loudspeaker" },
      { kind: "videoinput", deviceId: "v", label: "Camera" },
    ];
    vi.stubGlobal("navigator", { mediaDevices: { enumerateDevices: async () => found } });
    expect(await audioDevices()).toEqual({
      inputs: [{ id: "m", label: "Headset" }],
      outputs: [{ id: "s", label: "Loudspeaker" }],
    });
    vi.unstubAllGlobals();
  });

  it("are changed in a call where the one in use is gone, or the chosen one is back", () => {
    const live = { readyState: "live", deviceId: "builtin" };
    expect(wantsOther({ ...live, readyState: "ended" }, "", [])).toBe(true);
    expect(wantsOther(live, "headset", ["builtin", "headset"])).toBe(true);
    expect(wantsOther(live, "headset", ["builtin"])).toBe(false);
    expect(wantsOther(live, "", ["builtin", "headset"])).toBe(false);
    expect(wantsOther({ ...live, deviceId: "headset" }, "headset", ["headset"])).toBe(false);
  });
});
