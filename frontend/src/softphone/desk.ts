import { api } from "../api/client";
import { RequestFailed } from "../link/client";
import { ask, configured, useLink } from "../link/store";
import { noteDeclined } from "./missed";
import type { PartyTo } from "./party-search";
import { callIsHere, currentPhone, useSoftphoneService } from "./service";

/**
 * What an agent does with a call. The engine decides (ECMA-269 requests over the link), except that the browser telephone
 * picks up at once by itself; and where the engine is away, hanging up still works on the telephone.
 */

function me(): string {
  return useLink.getState().you;
}

export async function answer(): Promise<void> {
  if (callIsHere()) currentPhone()?.send({ type: "answer" });
  else await ask({ type: "AnswerCall", agent: me() });
}

export async function reject(): Promise<void> {
  noteDeclined(useLink.getState().view?.agents[me()]?.interaction);
  await orByTelephone(() => ask({ type: "RejectCall", agent: me() }), "reject");
}

/** The agent's own telephone first, which answers by itself where it can, then the other one. */
export const makeCall = (to: PartyTo): Promise<void> => ask({ type: "MakeCall", agent: me(), to });

export async function hangUp(): Promise<void> {
  await orByTelephone(() => ask({ type: "ClearCall", agent: me() }), "hang_up");
}

/** The end of being at an agent's call as a supervisor. */
export async function stopSupervising(agent: string): Promise<void> {
  await orByTelephone(() => ask({ type: "StopSupervising", agent, supervisor: me() }), "hang_up");
}

export const hold = (): Promise<void> => ask({ type: "HoldCall", agent: me() });
export const retrieve = (): Promise<void> => ask({ type: "RetrieveCall", agent: me() });
export const park = (): Promise<void> => ask({ type: "ParkCall", agent: me() });

export const consult = (to: PartyTo): Promise<void> => ask({ type: "ConsultationCall", agent: me(), to });
export const transfer = (to: PartyTo): Promise<void> => ask({ type: "SingleStepTransferCall", agent: me(), to });
export const add = (to: PartyTo): Promise<void> => ask({ type: "SingleStepConferenceCall", agent: me(), to });
export const redirect = (to: PartyTo): Promise<void> => ask({ type: "DeflectCall", agent: me(), to });
export const complete = (): Promise<void> => ask({ type: "TransferCall", agent: me() });
export const alternate = (): Promise<void> => ask({ type: "AlternateCall", agent: me() });
export const conference = (): Promise<void> => ask({ type: "ConferenceCall", agent: me() });
export const reconnect = (): Promise<void> => ask({ type: "ReconnectCall", agent: me() });
export const leave = (): Promise<void> => ask({ type: "ClearConnection", agent: me() });
/** Takes another one out of a conference. */
export const drop = (party: string): Promise<void> => ask({ type: "ClearConnection", agent: me(), party });

/** Attached data; null removes. */
export const setData = (interaction: string, data: Record<string, string | null>): Promise<void> =>
  ask({ type: "SetData", interaction, data });

export const clearData = (interaction: string): Promise<void> => ask({ type: "ClearData", interaction });

/** What rings for a colleague, or a parked call. */
export const pickUp = (what: { of: string } | { interaction: string }): Promise<void> =>
  ask({ type: "DirectedPickupCall", agent: me(), ...what });

/** To the other party: by this page's telephone in its audio, or said by the platform for a desk phone. */
export async function sendDigit(digit: string): Promise<void> {
  if (callIsHere()) currentPhone()?.send({ type: "digit", digit });
  else await ask({ type: "GenerateDigits", agent: me(), digits: digit });
}

async function orByTelephone(request: () => Promise<void>, otherwise: "reject" | "hang_up"): Promise<void> {
  try {
    await request();
  } catch (error) {
    const unreachable =
      error instanceof RequestFailed && ["link_down", "time_out", "engine_unavailable"].includes(error.code);
    if (!unreachable || !callIsHere()) throw error;
    currentPhone()?.send({ type: otherwise });
  }
}

export async function signIn(device?: string): Promise<void> {
  const { settings } = useSoftphoneService.getState();
  await ask({ type: "SignIn", agent: me(), device: device ?? preferredDevice() ?? settings?.devices[0]?.id ?? null });
}

export const signOut = (): Promise<void> => ask({ type: "SignOut", agent: me() });

/** Signed out and in again where it is: nothing of the session before is left. */
export const restart = (): Promise<void> => ask({ type: "RestartSession", agent: me() });

/** Ready; signing in first where the agent is not. */
export async function goReady(): Promise<void> {
  if (useLink.getState().view?.agents[me()]?.state === "logged_off") await signIn();
  await ask({ type: "SetReady", agent: me() });
}

export const goNotReady = (reason: string | null): Promise<void> => ask({ type: "SetNotReady", agent: me(), reason });

export const finishWrapUp = (): Promise<void> => ask({ type: "FinishWrapUp", agent: me() });

/** What is not given stays as it is. */
export const describe = (interaction: string, what: { outcome?: string; note?: string }): Promise<void> =>
  ask({ type: "SetOutcome", agent: me(), interaction, ...what });

const DEVICE = "callbase.device";

function preferredDevice(): string | undefined {
  const { settings } = useSoftphoneService.getState();
  const stored = localStorage.getItem(`${DEVICE}.${settings?.agent}`);
  return (
    settings?.devices.find((it) => it.id === stored)?.id ?? settings?.devices.find((it) => it.kind === "browser")?.id
  );
}

/** At a number of one's own from now on. */
export async function workAt(number: string): Promise<void> {
  const given = await api<{ device: string; config_version: number }>("/api/softphone/outside-number", {
    method: "PUT",
    body: { number },
  });
  await configured(given.config_version);
  await chooseDevice(given.device);
}

export async function chooseDevice(device: string): Promise<void> {
  await signIn(device);
  localStorage.setItem(`${DEVICE}.${useSoftphoneService.getState().settings?.agent}`, device);
}
