import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeLine } from "./fake-line";
import { asksAutoAnswer } from "./line";
import { type MuteMemory, Phone } from "./phone";

const sound = { ring: vi.fn(), ringBack: vi.fn(), silence: vi.fn(), play: vi.fn(async () => true), stop: vi.fn() };

function phoneOnFakeLine(memory?: MuteMemory) {
  let line!: FakeLine;
  const phone = new Phone(
    (say) => {
      line = new FakeLine(say);
      return line;
    },
    sound,
    () => 1000,
    undefined,
    memory,
  );
  phone.send({ type: "start" });
  line.say({ type: "registered" });
  return { phone, line };
}

beforeEach(() => vi.clearAllMocks());

describe("the telephone on its line", () => {
  it("rings at an INVITE and stops when the caller gives up", () => {
    const { phone, line } = phoneOnFakeLine();
    line.say({ type: "invited", id: "a", remote: "1", autoAnswer: false, interaction: null });
    expect(sound.ring).toHaveBeenCalledOnce();
    line.say({ type: "ended", id: "a", cause: "Canceled", failed: true });
    expect(sound.silence).toHaveBeenCalled();
    expect(phone.getState().call).toBeNull();
  });

  it("retries a refused registration after half a second", () => {
    vi.useFakeTimers();
    const { line } = phoneOnFakeLine();
    line.say({ type: "registration_failed", cause: "Authentication Error" });
    vi.advanceTimersByTime(499);
    expect(line.done).not.toContain("register");
    vi.advanceTimersByTime(1);
    expect(line.done).toContain("register");
    vi.useRealTimers();
  });

  it("says nothing to the switch when the page goes", () => {
    const { phone, line } = phoneOnFakeLine();
    line.say({ type: "invited", id: "a", remote: "1", autoAnswer: true, interaction: null });
    const before = [...line.done];
    phone.drop();
    expect(line.done).toEqual(before);
  });

  it("leaves without a word when another page takes its place", () => {
    const { phone, line } = phoneOnFakeLine();
    line.say({ type: "invited", id: "a", remote: "1", autoAnswer: true, interaction: "i" });
    phone.send({ type: "taken_elsewhere" });
    expect(line.done.slice(-1)).toEqual(["abandon"]);
    expect(line.done).not.toContain("close");
  });

  it("is muted again where the platform brings back the call that was, and no other", () => {
    let kept: string | null = null;
    const memory = { muted: () => kept, remember: (interaction: string | null) => (kept = interaction) };
    const before = phoneOnFakeLine(memory);
    before.line.say({ type: "invited", id: "a", remote: "1", autoAnswer: false, interaction: "i" });
    before.phone.send({ type: "answer" });
    before.line.say({ type: "established", id: "a" });
    before.phone.send({ type: "mute", on: true });
    before.phone.drop();

    const { phone, line } = phoneOnFakeLine(memory);
    line.say({ type: "invited", id: "b", remote: "1", autoAnswer: true, interaction: "i" });
    line.say({ type: "established", id: "b" });
    expect(line.done).toContain("mute b true");
    expect(phone.getState().call?.muted).toBe(true);
    line.say({ type: "ended", id: "b", cause: "Terminated", failed: false });
    expect(kept).toBeNull();
    line.say({ type: "invited", id: "c", remote: "2", autoAnswer: true, interaction: "j" });
    line.say({ type: "established", id: "c" });
    expect(phone.getState().call?.muted).toBe(false);
  });

  it("asks for a click where the browser will not play sound", async () => {
    const { phone, line } = phoneOnFakeLine();
    sound.play.mockResolvedValueOnce(false);
    line.say({ type: "stream", id: "a", stream: {} as MediaStream });
    await vi.waitFor(() => expect(phone.getState().soundBlocked).toBe(true));
  });
});

describe("auto-answer", () => {
  const headers = (all: Record<string, string>) => (name: string) => all[name];

  it("is asked for by our header or by Call-Info", () => {
    expect(asksAutoAnswer(headers({ "X-Callbase-Answer": "auto" }))).toBe(true);
    expect(asksAutoAnswer(headers({ "Call-Info": "<sip:a>;answer-after=0" }))).toBe(true);
  });

  it("is not asked for otherwise", () => {
    expect(asksAutoAnswer(headers({}))).toBe(false);
    expect(asksAutoAnswer(headers({ "Call-Info": "<sip:a>;answer-after=05" }))).toBe(false);
  });
});
