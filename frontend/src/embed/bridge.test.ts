import { beforeEach, describe, expect, it } from "vitest";
import { Bridge, CommandFailed } from "./bridge";
import type { EmbedCommand } from "./protocol";

const CRM = "https://crm.example.com";

let posted: [unknown, string][];
let done: EmbedCommand[];
let bridge: Bridge;
const parent = { postMessage: (message: unknown, origin: string) => void posted.push([message, origin]) };

beforeEach(() => {
  posted = [];
  done = [];
  bridge = new Bridge(
    parent,
    async (command) => {
      if (command.do === "hold") throw new CommandFailed("wrong_state", "Not now.");
      done.push(command);
    },
    () => [{ event: "session", signed_in: true, agent: "1001", name: "李明" }],
  );
});

const says = (data: unknown, origin = CRM, source: unknown = parent) => bridge.receive({ source, origin, data });
const connect = () => says({ callbase: 1, id: "0", do: "connect" });

describe("the bridge to the page around", () => {
  it("tells nobody anything before that page has spoken, but that it is there", () => {
    bridge.announce();
    bridge.tell({ event: "agent", state: "ready", reason: null, next_state: null });
    expect(posted).toEqual([[{ callbase: 1, event: "loaded" }, "*"]]);
  });

  it("tells it, and no other origin, what is and then what happens", async () => {
    await connect();
    bridge.tell({ event: "agent", state: "ready", reason: null, next_state: null });
    expect(posted.map(([message]) => message)).toEqual([
      { callbase: 1, reply: "0", error: null },
      { callbase: 1, event: "session", signed_in: true, agent: "1001", name: "李明" },
      { callbase: 1, event: "agent", state: "ready", reason: null, next_state: null },
    ]);
    expect(new Set(posted.map(([, origin]) => origin))).toEqual(new Set([CRM]));
  });

  it("answers each command, with the reason where it could not be done", async () => {
    await connect();
    await says({ callbase: 1, id: "1", do: "answer" });
    await says({ callbase: 1, id: "2", do: "hold" });
    expect(done).toMatchObject([{ do: "answer" }]);
    expect(posted.slice(2).map(([message]) => message)).toEqual([
      { callbase: 1, reply: "1", error: null },
      { callbase: 1, reply: "2", error: { code: "wrong_state", message: "Not now." } },
    ]);
  });

  it.each([
    [{ callbase: 1, id: "1", do: "answer" }, CRM, {}],
    [{ callbase: 1, id: "1", do: "answer" }, "https://evil.example", parent],
    [{ id: "1", do: "answer" }, CRM, parent],
    [{ callbase: 1, id: 1, do: "answer" }, CRM, parent],
    [null, CRM, parent],
    ["answer", CRM, parent],
  ])("does nothing for what is not that page's word: case %#", async (data, origin, source) => {
    await connect();
    const before = posted.length;
    await says(data, origin, source);
    expect([done, posted.length]).toEqual([[], before]);
  });
});
