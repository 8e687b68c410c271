import { useAudioChoice } from "./audio-choice";
import type { MicrophoneState } from "./machine";

/** The microphone: whether it may be used, and how it is asked for. */

/**
 * The microphone chosen, or what there is where that is unplugged: a call is never refused for it. In tests a tone must arrive as
 * it was sent; browsers' echo cancelling would take it for noise.
 */
export function microphoneConstraints(): MediaStreamConstraints {
  const raw = localStorage.getItem("callbase.test.audio") === "raw";
  const { microphone } = useAudioChoice.getState();
  return {
    audio: {
      ...(microphone ? { deviceId: { ideal: microphone } } : {}),
      ...(raw ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false } : {}),
    },
    video: false,
  };
}

/** Asks the browser (and so, the first time, the person) for the microphone, and lets go of it at once. */
export async function askMicrophone(): Promise<MicrophoneState> {
  if (!navigator.mediaDevices?.getUserMedia) return window.isSecureContext ? "missing" : "insecure";
  try {
    const stream = await navigator.mediaDevices.getUserMedia(microphoneConstraints());
    for (const track of stream.getTracks()) track.stop();
    return "granted";
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotFoundError" || name === "NotReadableError" || name === "OverconstrainedError") return "missing";
    return "denied";
  }
}

/** Calls back when the person changes the permission in the browser's own settings. */
export function watchMicrophone(changed: (state: MicrophoneState) => void): () => void {
  let status: PermissionStatus | null = null;
  const tell = () => {
    if (status) changed(status.state === "granted" ? "granted" : status.state === "denied" ? "denied" : "unknown");
  };
  navigator.permissions
    ?.query({ name: "microphone" as PermissionName })
    .then((found) => {
      status = found;
      status.addEventListener("change", tell);
    })
    .catch(() => {
      // Firefox before 132 does not know the name; then nothing is watched.
    });
  return () => status?.removeEventListener("change", tell);
}
