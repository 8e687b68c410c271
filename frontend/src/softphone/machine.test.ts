import { describe, expect, it } from "vitest";
import { initialPhone, type PhoneEvent, type PhoneState, retryDelayMs, step } from "./machine";

function having(...events: PhoneEvent[]): { state: PhoneState; effects: string[] } {
  let state = initialPhone;
  let effects: string[] = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    effects = next.effects.map((it) => it.do);
  }
  return { state, effects };
}

const registered: PhoneEvent[] = [{ type: "start" }, { type: "registered" }];
const invite: PhoneEvent = { type: "invited", id: "a", remote: "13800138001", autoAnswer: false, interaction: null };

describe("registration", () => {
  it("tries again, later each time, and stops trying once registered", () => {
    const failed = having({ type: "start" }, { type: "registration_failed", cause: "Authentication Error" });
    expect(failed.effects).toEqual(["retry"]);
    expect(failed.state).toMatchObject({ registration: "lost", failures: 1, failure: "Authentication Error" });
    expect([1, 2, 3, 99].map(retryDelayMs)).toEqual([500, 1000, 2000, 15000]);
    const back = step(failed.state, { type: "registered" });
    expect(back.state).toMatchObject({ registration: "registered", failures: 0, failure: null });
    expect(back.effects).toEqual([{ do: "cancel_retry" }]);
  });

  it("registers at once when the machine wakes, but not when the telephone is off", () => {
    expect(having(...registered, { type: "woken" }).effects).toContain("register");
    expect(having({ type: "woken" }).effects).toEqual([]);
  });

  it("keeps the call while the WebSocket is away", () => {
    const { state } = having(
      ...registered,
      invite,
      { type: "answer" },
      { type: "established", id: "a", atMs: 1 },
      { type: "transport_lost" },
    );
    expect(state.registration).toBe("lost");
    expect(state.call?.phase).toBe("talking");
  });

  it("lets go of everything when another tab becomes the telephone, and stays silent about late answers", () => {
    const taken = having(...registered, { type: "taken_elsewhere" });
    expect(taken.state.registration).toBe("elsewhere");
    expect(taken.effects).toContain("abandon");
    expect(step(taken.state, { type: "registered" }).state.registration).toBe("elsewhere");
  });
});

describe("an incoming call", () => {
  it("rings, is answered, is established, and ends", () => {
    expect(having(...registered, invite).effects).toEqual(["ring"]);
    expect(having(...registered, invite, { type: "answer" }).effects).toEqual(["silence", "answer"]);
    const talking = having(...registered, invite, { type: "answer" }, { type: "established", id: "a", atMs: 42 });
    expect(talking.state.call).toMatchObject({ phase: "talking", answeredAtMs: 42 });
    const over = step(talking.state, { type: "ended", id: "a", cause: "Terminated", failed: false });
    expect(over.state).toMatchObject({ call: null, lastFailure: null });
  });

  it("rings only once the customer's card is on the screen", () => {
    const offered: PhoneEvent = { ...invite, interaction: "i" };
    const announced = having(...registered, offered);
    expect(announced.state.call?.phase).toBe("announced");
    expect(announced.effects).toEqual(["show_card"]);
    const ringing = step(announced.state, { type: "card_shown", id: "a" });
    expect(ringing.state.call?.phase).toBe("ringing");
    expect(ringing.effects).toEqual([{ do: "ring" }]);
    expect(having(...registered, offered, { type: "answer" }).effects).toContain("answer");
    expect(having(...registered, offered, { type: "reject" }).effects).toContain("decline");
  });

  it("does not ring for a card that comes when the caller has gone, or the agent has answered", () => {
    const offered: PhoneEvent = { ...invite, interaction: "i" };
    const gone: PhoneEvent = { type: "ended", id: "a", cause: "Canceled", failed: true };
    expect(having(...registered, offered, gone, { type: "card_shown", id: "a" }).effects).toEqual([]);
    expect(having(...registered, offered, { type: "answer" }, { type: "card_shown", id: "a" }).effects).toEqual([]);
  });

  it("ends where the platform says that it is over, though no BYE came", () => {
    const answered: PhoneEvent[] = [...registered, invite, { type: "answer" }];
    expect(having(...answered, { type: "over" }).effects).toEqual([]);
    expect(having(...answered, { type: "established", id: "a", atMs: 42 }, { type: "over" }).effects).toEqual([
      "terminate",
    ]);
  });

  it("is answered without ringing where the platform brings it back", () => {
    const { state, effects } = having(...registered, { ...invite, autoAnswer: true } as PhoneEvent);
    expect(effects).not.toContain("ring");
    expect(effects).toContain("answer");
    expect(state.call?.phase).toBe("answering");
  });

  it("is answered on arrival where the agent pressed answer before it came", () => {
    expect(having(...registered, { type: "answer" }, invite).effects).toContain("answer");
  });

  it("rings where the offer the agent wanted to answer went away first", () => {
    expect(having(...registered, { type: "answer" }, { type: "offer_over" }, invite).effects).toEqual(["ring"]);
  });

  it("is not answered twice", () => {
    expect(having(...registered, invite, { type: "answer" }, { type: "answer" }).effects).toEqual([]);
  });

  it("is declined while there is another, which goes on", () => {
    const { state, effects } = having(...registered, invite, { ...invite, id: "b" } as PhoneEvent);
    expect(effects).toEqual(["decline"]);
    expect(state.call?.id).toBe("a");
  });

  it("gives way where the platform brings the call back on a new leg, the old one being dead without a word", () => {
    const talking: PhoneEvent[] = [
      ...registered,
      invite,
      { type: "answer" },
      { type: "established", id: "a", atMs: 1 },
      { type: "mute", on: true },
    ];
    const back: PhoneEvent = { type: "invited", id: "b", remote: "13800138001", autoAnswer: true, interaction: null };
    const { state, effects } = having(...talking, back);
    expect(effects).toEqual(["silence", "terminate", "answer"]);
    expect(state.call).toMatchObject({ id: "b", phase: "answering", muted: true });
    const { state: after, effects: then } = step(state, { type: "ended", id: "a", cause: "Terminated", failed: false });
    expect(after.call?.id).toBe("b");
    expect(then).toEqual([]);
    const talkingAgain = step(state, { type: "established", id: "b", atMs: 2 });
    expect(talkingAgain.effects).toContainEqual({ do: "mute", id: "b", on: true });
  });

  it("ignores what is said of calls long gone", () => {
    const { state } = having(...registered, invite, { type: "ended", id: "old", cause: "x", failed: true });
    expect(state.call?.id).toBe("a");
  });
});

describe("an outgoing call", () => {
  const dialled: PhoneEvent[] = [...registered, { type: "dial", id: "o", number: "4008001234" }];

  it("sends digits only once there is sound", () => {
    expect(having(...dialled, { type: "digit", digit: "1" }).effects).toEqual([]);
    const talking: PhoneEvent[] = [...dialled, { type: "established", id: "o", atMs: 1 }];
    expect(having(...talking, { type: "digit", digit: "1" }).effects).toEqual(["digit"]);
  });

  it("is heard to ring, by a tone of ours where the far end sends none", () => {
    expect(having(...dialled, { type: "progress", id: "o", sound: false }).effects).toEqual(["ring_back"]);
    expect(having(...dialled, { type: "progress", id: "o", sound: true }).effects).toEqual([]);
    const ringing: PhoneEvent[] = [...dialled, { type: "progress", id: "o", sound: false }];
    expect(having(...ringing, { type: "established", id: "o", atMs: 1 }).effects).toEqual(["silence"]);
  });

  it("says why it failed", () => {
    const { state } = having(...dialled, { type: "ended", id: "o", cause: "Busy", failed: true });
    expect(state).toMatchObject({ call: null, lastFailure: "Busy" });
  });
});

describe("an echo test", () => {
  const testing: PhoneEvent[] = [
    ...registered,
    { type: "test", id: "t", number: "*43" },
    { type: "established", id: "t", atMs: 1 },
  ];

  it("calls the switch, and ends like any call", () => {
    expect(having(...registered, { type: "test", id: "t", number: "*43" }).effects).toEqual(["call"]);
    expect(having(...testing, { type: "hang_up" }).effects).toContain("terminate");
  });

  it("gives way to a customer, who rings as if there were no test", () => {
    const { state, effects } = having(...testing, invite);
    expect(effects).toEqual(["terminate", "ring"]);
    expect(state.call).toMatchObject({ id: "a", phase: "ringing", test: false });
    const gone = step(state, { type: "ended", id: "t", cause: "Terminated", failed: false });
    expect(gone.state.call?.id).toBe("a");
  });

  it("keeps an answer that the agent gives before the INVITE is here", () => {
    expect(having(...testing, { type: "answer" }, invite).effects).toEqual(["terminate", "silence", "answer"]);
  });

  it("is not begun in a call", () => {
    const { state, effects } = having(...registered, invite, { type: "test", id: "t", number: "*43" });
    expect(effects).toEqual([]);
    expect(state.call?.id).toBe("a");
  });
});

describe("another microphone", () => {
  it("is spoken from at once in a call, and by the next one otherwise", () => {
    const answered: PhoneEvent[] = [...registered, invite, { type: "answer" }];
    expect(having(...answered, { type: "microphone_changed" }).effects).toEqual([]);
    const talking: PhoneEvent[] = [...answered, { type: "established", id: "a", atMs: 1 }];
    expect(having(...talking, { type: "microphone_changed" }).effects).toEqual(["change_microphone"]);
  });
});
