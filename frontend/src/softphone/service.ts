import { useSyncExternalStore } from "react";
import { create } from "zustand";
import type { SoftphoneSettings } from "../api/types";
import { ask, link, onAnswerNow, onSoftphoneElsewhere, useLink } from "../link/store";
import { useAudioChoice } from "./audio-choice";
import { whenCardShown } from "./card";
import { initialPhone, type PhoneEvent, type PhoneState } from "./machine";
import { askMicrophone, watchMicrophone } from "./microphone";
import { muteMemory } from "./mute-memory";
import { type Holding, holdTelephone, telephoneHeld } from "./one-tab";
import { watchOver } from "./over";
import { Phone } from "./phone";
import { type CallQuality, watchQuality } from "./quality-watch";
import { BrowserSound } from "./sound";

/** The one telephone of this page, from the moment an agent's console opens until the agent leaves. */

interface ServiceState {
  settings: SoftphoneSettings | null;
  /** This page is the agent's telephone; another one of the same browser may be. */
  mine: boolean;
}

export const useSoftphoneService = create<ServiceState>(() => ({ settings: null, mine: false }));

const sound = new BrowserSound();
let phone: Phone | null = null;
let holding: Holding | null = null;
let undo: (() => void)[] = [];

const none = () => () => {};

export function usePhone(): PhoneState {
  useSoftphoneService((state) => state.settings);
  return useSyncExternalStore(phone?.subscribe ?? none, () => phone?.getState() ?? initialPhone);
}

/** Whether the call rings, or will, at this page's telephone rather than at a desk phone. */
export function callIsHere(): boolean {
  const { settings, mine } = useSoftphoneService.getState();
  const { view, you } = useLink.getState();
  const device = view?.agents[you]?.device;
  return mine && device !== undefined && device === settings?.sip?.user;
}

/** The same, for what is drawn. */
export function useCallIsHere(): boolean {
  useSoftphoneService();
  useLink((state) => state.view?.agents[state.you]?.device);
  return callIsHere();
}

export const currentPhone = (): Phone | null => phone;

/** Opens the telephone unless another page of this browser is it already. Loads the SIP stack only now. */
export async function startSoftphone(settings: SoftphoneSettings): Promise<void> {
  if (useSoftphoneService.getState().settings) return;
  const account = settings.sip;
  if (account) {
    const { JsSipLine } = await import("./jssip");
    if (useSoftphoneService.getState().settings) return;
    phone = new Phone((listener) => new JsSipLine(account, listener), sound, Date.now, whenCardShown, muteMemory);
  }
  useSoftphoneService.setState({ settings, mine: false });
  if (!phone) {
    link.start(false);
    return;
  }
  const telephone = phone;
  const woken = () => {
    if (document.visibilityState === "visible") telephone.send({ type: "woken" });
  };
  const leaving = () => telephone.drop();
  const devices = () => {
    void sound.applySpeaker();
    telephone.send({ type: "microphone_changed" });
  };
  window.addEventListener("online", woken);
  navigator.mediaDevices?.addEventListener?.("devicechange", devices);
  document.addEventListener("visibilitychange", woken);
  window.addEventListener("pagehide", leaving);
  undo = [
    () => window.removeEventListener("online", woken),
    () => navigator.mediaDevices?.removeEventListener?.("devicechange", devices),
    useAudioChoice.subscribe(devices),
    () => document.removeEventListener("visibilitychange", woken),
    () => window.removeEventListener("pagehide", leaving),
    onAnswerNow((message) => {
      if (message.device === account?.user) telephone.send({ type: "answer" });
    }),
    onSoftphoneElsewhere(() => letGo(telephone)),
    useLink.subscribe((state, before) => {
      // What the link has lost, the telephone has too, though its own socket may not show it.
      if (before.status === "live" && state.status === "waiting") telephone.send({ type: "woken" });
    }),
    watchOver(telephone),
    watchQuality(telephone, keepQuality),
    watchMicrophone((state) => {
      // A permission that was taken back or given in the browser's settings; asking again shows what is so.
      if (state === "granted" || state === "denied") telephone.send({ type: "microphone", state });
    }),
  ];
  if (await telephoneHeld()) {
    telephone.send({ type: "taken_elsewhere" });
    link.start(false);
  }
  beTelephone(telephone, false);
}

/** Makes this page the telephone although another one is. */
export function takeOverTelephone(): void {
  if (phone) beTelephone(phone, true);
}

function beTelephone(telephone: Phone, steal: boolean): void {
  holding?.release();
  holding = holdTelephone(
    steal,
    () => {
      useSoftphoneService.setState({ mine: true });
      link.start(true);
      link.setSoftphone(true);
      telephone.send({ type: "start" });
      void checkMicrophone();
    },
    () => {
      letGo(telephone);
      // In line for when the page that took it is closed.
      if (phone === telephone) beTelephone(telephone, false);
    },
  );
}

function letGo(telephone: Phone): void {
  useSoftphoneService.setState({ mine: false });
  link.setSoftphone(false);
  telephone.send({ type: "taken_elsewhere" });
}

/** Asks for the microphone; the browser shows its question only the first time. */
export async function checkMicrophone(): Promise<void> {
  const telephone = phone;
  telephone?.send({ type: "microphone", state: "asking" });
  telephone?.send({ type: "microphone", state: await askMicrophone() });
}

/** The switch's own number that says back what it hears (callbase/switch/asterisk/names.py), for our telephones only. */
const ECHO = "*43";

export function startEchoTest(): void {
  phone?.send({ type: "test", id: crypto.randomUUID(), number: ECHO });
}

export function stopEchoTest(): void {
  if (phone?.getState().call?.test) phone.send({ type: "hang_up" });
}

/** A measurement, so nobody is troubled where it cannot be kept: the call has left this agent, or the link is down. */
function keepQuality(interaction: string, quality: CallQuality): void {
  const { you, skewMs } = useLink.getState();
  const rounded = (value: number, places: number) => Number(value.toFixed(places));
  void ask({
    type: "ReportQuality",
    agent: you,
    interaction,
    started_ms: Math.round(quality.startedMs + skewMs),
    rtt_ms: quality.rttMs === null ? null : Math.round(quality.rttMs),
    jitter_ms: Math.round(quality.jitterMs),
    loss: rounded(quality.loss, 4),
    mos: rounded(quality.mos, 2),
    lowest_mos: rounded(quality.lowestMos, 2),
  }).catch(() => {});
}

export async function unblockSound(): Promise<void> {
  if (await sound.resume()) phone?.send({ type: "sound_unblocked" });
}

/** The agent leaves: what it talks in ends. */
export function stopSoftphone(): void {
  end({ type: "stop" });
}

/** The session is over or the page has failed, the talk is not: the platform keeps the caller until this telephone is back. */
export function dropSoftphone(): void {
  end({ type: "taken_elsewhere" });
}

function end(event: PhoneEvent): void {
  phone?.send(event);
  phone = null;
  holding?.release();
  holding = null;
  for (const it of undo) it();
  undo = [];
  useSoftphoneService.setState({ settings: null, mine: false });
}
