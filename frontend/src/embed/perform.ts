import i18next from "i18next";
import { RequestFailed } from "../link/client";
import { ask, useLink } from "../link/store";
import * as desk from "../softphone/desk";
import type { PartyTo } from "../softphone/party-search";
import { CommandFailed } from "./bridge";
import type { EmbedCommand } from "./protocol";

const NUMBER = /^\+?[0-9*#]{1,31}$/;
const DIGITS = /^[0-9*#]{1,64}$/;

/** Carries out what the page around asks. Rejects with CommandFailed: ours, or what the engine said; both in words. */
export async function perform(command: EmbedCommand): Promise<void> {
  try {
    await carryOut(command);
  } catch (refused) {
    throw refused instanceof RequestFailed ? inWords(refused) : refused;
  }
}

async function carryOut(command: EmbedCommand): Promise<void> {
  switch (command.do) {
    case "dial":
      return desk.makeCall(target(command.number, "number"));
    case "consult":
      return desk.consult(target(command.to));
    case "transfer":
      return desk.transfer(target(command.to));
    case "join":
      return desk.add(target(command.to));
    case "deflect":
      return desk.redirect(target(command.to));
    case "complete":
      return desk.complete();
    case "alternate":
      return desk.alternate();
    case "conference":
      return desk.conference();
    case "reconnect":
      return desk.reconnect();
    case "park":
      return desk.park();
    case "leave":
      return desk.leave();
    case "drop":
      return desk.drop(word(command.party, "party"));
    case "pick_up":
      return desk.pickUp(picked(command.what));
    case "digits":
      return digits(command.digits);
    case "answer":
      return desk.answer();
    case "reject":
      return desk.reject();
    case "hang_up":
      return desk.hangUp();
    case "hold":
      return desk.hold();
    case "retrieve":
      return desk.retrieve();
    case "ready":
      return desk.goReady();
    case "not_ready":
      return desk.goNotReady(textOrNothing(command.reason, "reason") ?? null);
    case "set_data":
      return ask({ type: "SetData", interaction: myCall(), data: attached(command.data) });
    case "finish": {
      const outcome = textOrNothing(command.outcome, "outcome");
      const note = textOrNothing(command.note, "note");
      if (outcome !== undefined || note !== undefined) await desk.describe(myCall(), { outcome, note });
      return desk.finishWrapUp();
    }
    default:
      throw failure("command_unknown");
  }
}

/** What never came to the engine has no words of its. */
function inWords({ code, message }: RequestFailed): CommandFailed {
  if (message !== code) return new CommandFailed(code, message);
  return new CommandFailed(code, i18next.t([`error.${code}`, "error.unknown"]));
}

/** Why not, in the words of the agent's language; `field`: what of the command is at fault. */
const failure = (code: string, field = ""): CommandFailed =>
  new CommandFailed(code, i18next.t(`embed_error.${code}`, { field }));

/** The page around is another maker's: what it gives may be anything. */
function target(to: unknown, field = "to"): PartyTo {
  if (typeof to === "string") return number(to, field);
  const named = (typeof to === "object" && to !== null ? to : {}) as Record<string, unknown>;
  if (Object.keys(named).length !== 1) throw failure("target_invalid", field);
  if ("number" in named) return number(named.number, `${field}.number`);
  if ("agent" in named) return { type: "agent", agent: word(named.agent, `${field}.agent`) };
  if ("queue" in named) return { type: "queues", queues: [word(named.queue, `${field}.queue`)] };
  throw failure("target_invalid", field);
}

function number(typed: unknown, field: string): PartyTo {
  const dialled = typeof typed === "string" ? typed.replace(/[\s()./-]/g, "") : "";
  if (!NUMBER.test(dialled)) throw failure("number_invalid", field);
  return { type: "number", number: dialled };
}

function word(value: unknown, field: string): string {
  if (typeof value !== "string" || !value) throw failure("value_missing", field);
  return value;
}

function textOrNothing(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw failure("value_invalid", field);
  return value;
}

function attached(data: unknown): Record<string, string | null> {
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    throw failure("data_invalid", "data");
  for (const [key, value] of Object.entries(data))
    if (value !== null && typeof value !== "string") throw failure("value_invalid", `data.${key}`);
  return data as Record<string, string | null>;
}

function picked(what: unknown): { of: string } | { interaction: string } {
  const { agent, call } = (what ?? {}) as Record<string, unknown>;
  return call === undefined ? { of: word(agent, "what.agent") } : { interaction: word(call, "what.call") };
}

/** One after the other, as they are pressed. */
async function digits(typed: unknown): Promise<void> {
  if (typeof typed !== "string" || !DIGITS.test(typed)) throw failure("digits_invalid", "digits");
  for (const digit of typed) await desk.sendDigit(digit);
}

function myCall(): string {
  const { view, you } = useLink.getState();
  const call = view?.agents[you]?.interaction;
  if (!call) throw failure("interaction_unknown");
  return call;
}
