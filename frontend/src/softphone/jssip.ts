import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import type { SipAccount } from "../api/types";
import { audioDevices, useAudioChoice, wantsOther } from "./audio-choice";
import { asksAutoAnswer, type LineEvent, type SipLine } from "./line";
import { microphoneConstraints } from "./microphone";
import { openSipSocket, type SipSocket } from "./sip-socket";

/** The SIP line of a browser: JsSIP over a WebSocket to this page's own origin, no STUN (the switch is reachable directly). */

const REGISTER_EXPIRES_S = 120;
const OTHER_ADDRESSES_MS = 40;

export class JsSipLine implements SipLine {
  private ua: UA | null = null;
  private socket: SipSocket | null = null;
  private readonly sessions = new Map<string, RTCSession>();

  constructor(
    private readonly account: SipAccount,
    private readonly emit: (event: LineEvent) => void,
  ) {}

  open(): void {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = openSipSocket(`${scheme}://${window.location.host}${this.account.ws_path}`);
    const ua = new JsSIP.UA({
      sockets: [socket],
      uri: this.account.uri,
      authorization_user: this.account.user,
      password: this.account.password,
      realm: this.account.realm,
      register: true,
      register_expires: REGISTER_EXPIRES_S,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: "callbase console",
    });
    this.ua = ua;
    this.socket = socket;
    ua.on("connected", () => this.emit({ type: "connected" }));
    ua.on("disconnected", () => this.emit({ type: "disconnected" }));
    ua.on("registered", () => this.emit({ type: "registered" }));
    ua.on("unregistered", () => this.emit({ type: "disconnected" }));
    ua.on("registrationFailed", (event: { cause?: string }) =>
      this.emit({ type: "registration_failed", cause: event.cause ?? "unknown" }),
    );
    ua.on("newRTCSession", (event: { originator: string; session: RTCSession; request: SipRequest }) => {
      if (event.originator === "remote") this.invited(event.session, event.request);
    });
    ua.start();
  }

  close(): void {
    this.ua?.stop();
    this.ua = null;
    this.sessions.clear();
  }

  abandon(): void {
    const socket = this.socket;
    socket?.abandon();
    this.close();
    socket?.disconnect();
  }

  register(): void {
    const ua = this.ua;
    if (!ua) return;
    if (ua.isConnected()) ua.register();
    else ua.start();
  }

  answer(id: string): void {
    const session = this.sessions.get(id);
    if (!session) return;
    session.answer({ mediaConstraints: microphoneConstraints(), pcConfig: { iceServers: [] } });
  }

  decline(id: string): void {
    this.end(id, { status_code: 486, reason_phrase: "Busy Here" });
  }

  terminate(id: string): void {
    this.end(id, {});
  }

  call(id: string, number: string): void {
    if (!this.ua) return;
    const session = this.ua.call(`sip:${number}@${this.account.realm}`, {
      mediaConstraints: microphoneConstraints(),
      pcConfig: { iceServers: [] },
    });
    this.watch(id, session);
  }

  mute(id: string, on: boolean): void {
    const session = this.sessions.get(id);
    if (on) session?.mute({ audio: true });
    else session?.unmute({ audio: true });
  }

  digit(id: string, digit: string): void {
    const session = this.sessions.get(id);
    if (!session) return;
    // A key pressed while the media are still agreed on would be sent to nobody.
    void connected(session.connection).then(() => {
      if (session.isEnded()) return;
      session.sendDTMF(digit, { transportType: "RFC2833" as never, duration: 120, interToneGap: 70 });
    });
  }

  changeMicrophone(id: string): void {
    const session = this.sessions.get(id);
    // Without a microphone at all the call stays as it is: heard, if not speaking.
    if (session) void speakFromChosen(session).catch(() => {});
  }

  async stats(id: string): Promise<Iterable<Record<string, unknown>> | null> {
    const report = await this.sessions.get(id)?.connection?.getStats();
    return report ? (report as unknown as Map<string, Record<string, unknown>>).values() : null;
  }

  private invited(session: RTCSession, request: SipRequest): void {
    const id = session.id;
    this.watch(id, session);
    this.emit({
      type: "invited",
      id,
      remote: session.remote_identity?.uri.user ?? "",
      autoAnswer: asksAutoAnswer((name) => request.getHeader(name)),
      interaction: request.getHeader("X-Callbase-Interaction") ?? null,
    });
  }

  private watch(id: string, session: RTCSession): void {
    this.sessions.set(id, session);
    // Waiting for all of ICE costs about 115 ms; host candidates are enough to reach the switch, and those of a machine's other
    // addresses come right after the first. That has to be a UDP one: with only TCP gathered the SDP still says 0.0.0.0, which
    // the switch takes for a call put on hold.
    session.on("icecandidate", (event: { candidate: RTCIceCandidate; ready: () => void }) => {
      if (/ udp .* typ host/i.test(event.candidate.candidate)) setTimeout(event.ready, OTHER_ADDRESSES_MS);
    });
    const streams = (connection: RTCPeerConnection) => {
      connection.addEventListener("track", (event) => {
        const stream = event.streams[0] ?? new MediaStream([event.track]);
        this.emit({ type: "stream", id, stream });
      });
    };
    if (session.connection) streams(session.connection);
    else
      session.on("peerconnection", (event: { peerconnection: unknown }) =>
        streams(event.peerconnection as RTCPeerConnection),
      );
    session.on("progress", (event: { response?: { body?: string } | null }) =>
      this.emit({ type: "progress", id, sound: Boolean(event.response?.body) }),
    );
    session.on("confirmed", () => this.emit({ type: "established", id }));
    session.on("ended", (event: { cause: string }) => this.gone(id, event.cause, false));
    session.on("failed", (event: { cause: string }) => this.gone(id, event.cause, true));
  }

  private gone(id: string, cause: string, failed: boolean): void {
    this.sessions.delete(id);
    this.emit({ type: "ended", id, cause, failed });
  }

  private end(id: string, options: { status_code?: number; reason_phrase?: string }): void {
    const session = this.sessions.get(id);
    if (session && !session.isEnded()) session.terminate(options);
  }
}

/** Once media can be sent, or never will be. */
function connected(connection: RTCPeerConnection | undefined): Promise<void> {
  const waits = () => connection?.connectionState === "new" || connection?.connectionState === "connecting";
  return new Promise((resolve) => {
    const look = () => {
      if (waits()) return;
      connection?.removeEventListener("connectionstatechange", look);
      resolve();
    };
    connection?.addEventListener("connectionstatechange", look);
    look();
  });
}

/** JsSIP mutes and stops what it sends, whichever track that is by then. */
async function speakFromChosen(session: RTCSession): Promise<void> {
  const sender = session.connection?.getSenders().find((it) => it.track?.kind === "audio");
  const old = sender?.track;
  if (!sender || !old) return;
  const there = (await audioDevices()).inputs.map((it) => it.id);
  const { microphone } = useAudioChoice.getState();
  const deviceId = old.getSettings().deviceId ?? "";
  if (!wantsOther({ readyState: old.readyState, deviceId }, microphone, there)) return;
  const [track] = (await navigator.mediaDevices.getUserMedia(microphoneConstraints())).getAudioTracks();
  if (!track) return;
  if (session.isEnded()) {
    track.stop();
    return;
  }
  track.enabled = !session.isMuted().audio;
  await sender.replaceTrack(track);
  old.stop();
  const stop = () => track.stop();
  session.on("ended", stop);
  session.on("failed", stop);
}

interface SipRequest {
  getHeader(name: string): string | undefined;
}
