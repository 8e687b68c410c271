import { expect, test } from "vitest";
import { withoutBlanks } from "./waiting";

test("a chosen prompt goes before text, and empty text is not sent", () => {
  const sent = withoutBlanks({
    music: "default",
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
    steps: [{ at_s: 5, what: "place", every_s: 30, say: { prompt: "offer" }, music: "jazz" }],
  });
  expect(sent.steps).toEqual([{ at_s: 5, what: "place", every_s: 30, say: null, music: null }]);
});
