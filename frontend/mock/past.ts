import type { InteractionSummary, Peaks, VoicemailRecord } from "../src/api/types";
import { customers, nameOf, outcomes, queueNames } from "./cast";
import { iso, MINUTE_MS, now } from "./clock";

/** Interactions that are over: some answered, some abandoned, one still going on, one that never left the menu. */

const COUNT = 143;

export function summaries(): InteractionSummary[] {
  return Array.from({ length: COUNT }, (_, index) => summary(index));
}

function summary(index: number): InteractionSummary {
  const customer = index % 4 === 3 || index % 10 === 5 ? undefined : customers[index % 5];
  const number = index % 17 === 6 ? "" : (customer?.numbers[0] ?? `1390013${9000 + index}`);
  const queue = index % 3 ? "sales" : "support";
  const agent = String(1001 + (index % 10));
  const abandoned = index % 9 === 4;
  const inMenu = index % 23 === 7;
  const live = index === 1;
  const direction = index % 10 === 2 ? "outbound" : index % 10 === 5 ? "internal" : "inbound";
  const answered = !abandoned && !inMenu;
  const outcome = answered && !live && index % 5 ? outcomes[index % outcomes.length] : undefined;
  const queueMs = inMenu ? 0 : 8_000 + ((index * 7919 + 26_000) % 60_000);
  const talkMs = answered ? 45_000 + ((index * 104_729 + 96_000) % 400_000) : 0;
  const holdMs = answered ? 16_000 : 0;
  const started = now() - index * 11 * MINUTE_MS - 4 * MINUTE_MS;
  const ended = started + 12_000 + queueMs + talkMs + holdMs;
  return {
    id: index === 0 ? "i1" : `s${index}`,
    channel: "voice",
    direction,
    caller_number: direction === "inbound" ? number : agent,
    called_number: direction === "inbound" ? "4008001234" : direction === "internal" ? "1002" : number,
    trunk: "demo-trunk",
    language: index % 5 === 1 ? "en-US" : "zh-CN",
    customer: customer ? { id: customer.id, name: customer.name } : null,
    queue: inMenu || direction !== "inbound" ? null : queue,
    queue_name: inMenu || direction !== "inbound" ? null : queueNames[queue],
    agent: answered ? agent : null,
    agent_name: answered ? nameOf(agent) : null,
    started_at: iso(started),
    answered_at: answered ? iso(started + 12_000 + queueMs) : null,
    ended_at: live ? null : iso(ended),
    end_reason: live
      ? null
      : inMenu
        ? "flow_ended"
        : abandoned
          ? "abandoned"
          : index % 2
            ? "customer_hung_up"
            : "agent_hung_up",
    cause: "normal",
    outcome: outcome?.id ?? null,
    outcome_name: outcome?.name ?? null,
    note: index % 4 === 0 && answered ? "客户询问批量发货折扣，已发送报价。" : "",
    data: index === 0 ? { order: "SO-20261123-0815" } : {},
    queue_ms: queueMs,
    talk_ms: talkMs,
    hold_ms: holdMs,
    wrap_up_ms: answered ? 22_000 : 0,
    has_recording: answered,
    not_answered_by: index % 6 === 2 ? ["1001"] : [],
    own_talk_ms: answered && agent === "1001" ? talkMs : null,
  };
}

const SECONDS = 141;

/** Two people who take turns, in syllables and pauses. */
export function peaks(): Peaks {
  const speech = (phase: number) =>
    Array.from({ length: SECONDS * 20 }, (_, index) => {
      const speaks = Math.sin(index / 90 + 0.7 * Math.sin(index / 37) + phase) > 0.1;
      const syllable = Math.abs(Math.sin(index / 2.3) * Math.sin(index / 17 + phase));
      const noise = ((index * 7919) % 101) / 101;
      return speaks ? 0.06 + 0.7 * syllable * (0.55 + 0.45 * noise) : 0.02 * noise;
    });
  return { duration_ms: SECONDS * 1000, channels: 2, per_second: 20, peaks: [speech(0), speech(Math.PI)] };
}

/** The recording as a WAV file: silence, 8 bits at 8 kHz. */
export function silence(): Buffer {
  const samples = Buffer.alloc(SECONDS * 8_000, 128);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  for (const [value, at] of [
    [16, 16],
    [8_000, 24],
    [8_000, 28],
  ] as const)
    header.writeUInt32LE(value, at);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [1, 32],
    [8, 34],
  ] as const)
    header.writeUInt16LE(value, at);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** Messages of the last two days: one the worker has not encoded yet, one of somebody unknown. */
export const voicemails = (): VoicemailRecord[] =>
  [4, 95, 1510, 1630].map((minutes, index) => {
    const customer = index === 2 ? undefined : customers[index];
    const queue = index % 2 ? "sales" : "support";
    return {
      id: `v${index + 1}`,
      interaction: `s${index + 10}`,
      queue,
      queue_name: queueNames[queue] ?? null,
      left_at: iso(now() - minutes * MINUTE_MS),
      duration_ms: 9_000 + index * 23_000,
      recording_state: index === 0 ? "ended" : "stored",
      caller_number: customer?.numbers[0] ?? "13900139777",
      customer: customer?.id ?? null,
      customer_name: customer?.name ?? "",
      state: "new",
      handled_at: null,
      handled_by: null,
    };
  });
