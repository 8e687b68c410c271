import { beforeEach, describe, expect, it, vi } from "vitest";
import { tenantView } from "../../mock/live";
import { startI18n } from "../i18n";
import { RequestFailed } from "../link/client";
import { link, useLink } from "../link/store";
import { perform } from "./perform";
import type { EmbedCommand } from "./protocol";

const request = vi
  .spyOn(link, "request")
  .mockResolvedValue({ type: "reply", id: "1", error: null, message: "", answer: null });

beforeEach(() => {
  startI18n("en-US");
  request.mockClear();
  useLink.setState({ view: tenantView("talk"), you: "1001", status: "live", engineOnline: true });
});

const asked = () => request.mock.calls.map(([action]) => action);

describe("what the page around asks", () => {
  it.each([
    [
      { do: "consult", to: { agent: "1002" } },
      { type: "ConsultationCall", to: { type: "agent", agent: "1002" } },
    ],
    [
      { do: "consult", to: "1002" },
      { type: "ConsultationCall", to: { type: "number", number: "1002" } },
    ],
    [
      { do: "transfer", to: { queue: "sales" } },
      { type: "SingleStepTransferCall", to: { type: "queues", queues: ["sales"] } },
    ],
    [
      { do: "join", to: { number: "021 5888-6666" } },
      { type: "SingleStepConferenceCall", to: { type: "number", number: "02158886666" } },
    ],
    [
      { do: "deflect", to: { agent: "1003" } },
      { type: "DeflectCall", to: { type: "agent", agent: "1003" } },
    ],
    [
      { do: "dial", number: { agent: "1003" } },
      { type: "MakeCall", to: { type: "agent", agent: "1003" } },
    ],
    [{ do: "complete" }, { type: "TransferCall" }],
    [{ do: "alternate" }, { type: "AlternateCall" }],
    [{ do: "conference" }, { type: "ConferenceCall" }],
    [{ do: "reconnect" }, { type: "ReconnectCall" }],
    [{ do: "park" }, { type: "ParkCall" }],
    [{ do: "leave" }, { type: "ClearConnection" }],
    [
      { do: "drop", party: "leg-1002" },
      { type: "ClearConnection", party: "leg-1002" },
    ],
    [
      { do: "pick_up", what: { agent: "1002" } },
      { type: "DirectedPickupCall", of: "1002" },
    ],
    [
      { do: "pick_up", what: { call: "p1" } },
      { type: "DirectedPickupCall", interaction: "p1" },
    ],
    [{ do: "not_ready" }, { type: "SetNotReady", reason: null }],
    [
      { do: "not_ready", reason: "lunch" },
      { type: "SetNotReady", reason: "lunch" },
    ],
  ] satisfies [EmbedCommand, object][])("%j is %j", async (command, action) => {
    await perform(command);
    expect(asked()).toEqual([{ agent: "1001", ...action }]);
  });

  it.each([
    [{ do: "consult" }, "target_invalid", "to must be a number, or one of agent, queue or number."],
    [{ do: "consult", to: { agent: "1002", queue: "sales" } }, "target_invalid", /^to /],
    [{ do: "transfer", to: null }, "target_invalid", /^to /],
    [{ do: "transfer", to: "Li Wei" }, "number_invalid", "to must be a telephone number."],
    [{ do: "join", to: { number: "1@evil" } }, "number_invalid", /^to.number /],
    [{ do: "deflect", to: { queue: 7 } }, "value_missing", "to.queue is missing."],
    [{ do: "dial", number: "" }, "number_invalid", /^number /],
    [{ do: "drop" }, "value_missing", "party is missing."],
    [{ do: "pick_up" }, "value_missing", "what.agent is missing."],
    [{ do: "digits", digits: "12a" }, "digits_invalid", /^digits /],
    [{ do: "set_data", data: { order: 4711 } }, "value_invalid", "data.order must be text."],
    [{ do: "set_data", data: { order: undefined } }, "value_invalid", /^data.order /],
    [{ do: "set_data", data: "x" }, "data_invalid", /^data /],
    [{ do: "set_data", data: ["x"] }, "data_invalid", /^data /],
    [{ do: "set_data", data: new Map([["order", "1"]]) }, "data_invalid", /^data /],
    [{ do: "set_data" }, "data_invalid", /^data /],
    [{ do: "not_ready", reason: 5 }, "value_invalid", "reason must be text."],
    [{ do: "finish", outcome: 7 }, "value_invalid", /^outcome /],
    [{ do: "finish", outcome: "resolved", note: { a: 1 } }, "value_invalid", /^note /],
    [{ do: "fly" }, "command_unknown", "There is no such command."],
  ])("%j is refused, and nothing asked", async (command, code, message) => {
    await expect(perform(command as unknown as EmbedCommand)).rejects.toMatchObject({
      code,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
    expect(asked()).toEqual([]);
  });

  it("attaches data of text, and takes away what is null", async () => {
    const data = { order: "4711", old: null };
    await perform({ do: "set_data", data });
    expect(asked()).toEqual([{ type: "SetData", interaction: "i1", data }]);
  });

  it.each(["link_down", "time_out", "too_large", "engine_unavailable"])("says %s in words", async (code) => {
    request.mockRejectedValueOnce(new RequestFailed(code, ""));
    await expect(perform({ do: "ready" })).rejects.toMatchObject({ code, message: expect.stringMatching(/^[A-Z].+ /) });
  });

  it("says what the engine said", async () => {
    request.mockRejectedValueOnce(new RequestFailed("agent_busy", "The agent is busy."));
    const busy = { name: "CommandFailed", code: "agent_busy", message: "The agent is busy." };
    await expect(perform({ do: "dial", number: "1002" })).rejects.toMatchObject(busy);
  });

  it("says why not in the language of the agent", async () => {
    startI18n("zh-CN");
    await expect(perform({ do: "consult", to: "x" })).rejects.toThrow("to 必须是电话号码。");
  });
});
