import { ask, useLink } from "../link/store";
import * as desk from "../softphone/desk";
import { CommandFailed } from "./bridge";
import type { EmbedCommand } from "./protocol";

const NUMBER = /^\+?[0-9*#]{1,31}$/;

/** Carries out what the page around asks. Rejects with CommandFailed, or RequestFailed as the engine refused it. */
export async function perform(command: EmbedCommand): Promise<void> {
  switch (command.do) {
    case "dial":
      return dial(command.number);
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
      return desk.goNotReady(command.reason ?? null);
    case "set_data":
      return ask({ type: "SetData", interaction: myCall(), data: command.data });
    case "finish": {
      const { outcome, note } = command;
      if (outcome !== undefined || note !== undefined) await desk.describe(myCall(), { outcome, note });
      return desk.finishWrapUp();
    }
    default:
      throw new CommandFailed("command_unknown");
  }
}

/** The agent's own telephone is called first, then the number (CSTA MakeCall). */
async function dial(typed: unknown): Promise<void> {
  const number = typeof typed === "string" ? typed.replace(/[\s()./-]/g, "") : "";
  if (!NUMBER.test(number)) throw new CommandFailed("number_invalid");
  await desk.makeCall({ type: "number", number });
}

function myCall(): string {
  const { view, you } = useLink.getState();
  const call = view?.agents[you]?.interaction;
  if (!call) throw new CommandFailed("interaction_unknown");
  return call;
}
