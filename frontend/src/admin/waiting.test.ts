import { expect, test } from "vitest";
import { toRows, withoutBlanks } from "./waiting";

test("a chosen prompt goes before text, and empty text is not sent", () => {
  const sent = withoutBlanks({
    music: "default",
    keys: [],
    steps: [
      { at_s: 5, what: "say", every_s: 0, say: { prompt: "offer", text: { "zh-CN": "" } } },
      { at_s: 9, what: "say", every_s: 0, say: { prompt: null, text: { "zh-CN": "新品上市", "en-US": " " } } },
      { at_s: 9, what: "say", every_s: 0, say: { text: { "zh-CN": "" } } },
    ],
  });
  expect(sent.steps.map((it) => it.say)).toEqual([{ prompt: "offer" }, { text: { "zh-CN": "新品上市" } }, null]);
});

test("what another kind of step had is dropped", () => {
  const sent = withoutBlanks({
    music: "default",
    keys: [],
    steps: [{ at_s: 5, what: "place", every_s: 30, say: { prompt: "offer" }, music: "jazz" }],
  });
  expect(sent.steps).toEqual([{ at_s: 5, what: "place", every_s: 30, say: null, music: null }]);
});

test("keys go through the form and back; one whose target is not whole is not sent", () => {
  const keys = {
    "*": { type: "callback" as const },
    "1": { type: "voicemail" as const, say: { prompt: "offer", languages: ["en-US"] } },
  };
  const rows = toRows({ music: "jazz", steps: [], keys });
  expect(rows.keys.map((it) => it.key)).toEqual(["1", "*"]);
  rows.keys.push({ key: "2", target: { type: "queues", queues: [] } }, { key: "3" });
  expect(withoutBlanks(rows)).toEqual({ music: "jazz", steps: [], keys });
});
