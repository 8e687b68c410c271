/**
 * How good a call sounds, out of the browser's own counts (W3C webrtc-stats): round trip, jitter and loss, and from these an
 * estimate of what people would say of it (MOS, by the E-model of ITU-T G.107 with the figures of G.113 for a codec that conceals
 * losses). Of the two directions the worse one counts: a call that only the customer hears badly is a bad call.
 */

/** Counts since the call began, at one moment. */
export interface Counts {
  atMs: number;
  received: number;
  lost: number;
  /** Time spent in the jitter buffer by all samples that left it, and how many these were. */
  bufferedS: number;
  emitted: number;
  jitterMs: number;
  /** As the far end tells it of what we send; null until it has. */
  farJitterMs: number | null;
  farLoss: number | null;
  rttMs: number | null;
}

export interface Quality {
  rttMs: number | null;
  jitterMs: number;
  /** Share of packets that did not arrive, 0 to 1. */
  loss: number;
  /** 1 (bad) to 4.4 (as good as a telephone gets). */
  mos: number;
}

type Entry = Record<string, unknown> & { type?: string; kind?: string };

/** Null where nothing comes in yet. */
export function countsOf(report: Iterable<Entry>, atMs: number): Counts | null {
  let inbound: Entry | undefined;
  let far: Entry | undefined;
  let pair: Entry | undefined;
  for (const it of report) {
    if (it.type === "inbound-rtp" && it.kind === "audio") inbound = it;
    else if (it.type === "remote-inbound-rtp" && it.kind === "audio") far = it;
    else if (it.type === "candidate-pair" && it.nominated === true) pair = it;
  }
  if (!inbound) return null;
  const rtt = number(far?.roundTripTime) ?? number(pair?.currentRoundTripTime);
  const farJitter = number(far?.jitter);
  return {
    atMs,
    received: number(inbound.packetsReceived) ?? 0,
    lost: number(inbound.packetsLost) ?? 0,
    bufferedS: number(inbound.jitterBufferDelay) ?? 0,
    emitted: number(inbound.jitterBufferEmittedCount) ?? 0,
    jitterMs: (number(inbound.jitter) ?? 0) * 1000,
    farJitterMs: farJitter === null ? null : farJitter * 1000,
    farLoss: number(far?.fractionLost),
    rttMs: rtt === null ? null : rtt * 1000,
  };
}

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** Of the time between the two; null where nothing was to arrive in it, as in a call that is held. */
export function qualityBetween(before: Counts, after: Counts): Quality | null {
  const received = after.received - before.received;
  const lost = Math.max(0, after.lost - before.lost);
  if (received <= 0) return null;
  const emitted = after.emitted - before.emitted;
  const bufferMs = emitted > 0 ? ((after.bufferedS - before.bufferedS) / emitted) * 1000 : after.jitterMs;
  const loss = Math.max(lost / (received + lost), after.farLoss ?? 0);
  const jitterMs = Math.max(after.jitterMs, after.farJitterMs ?? 0);
  return { rttMs: after.rttMs, jitterMs, loss, mos: mosOf((after.rttMs ?? 0) / 2 + bufferMs + PACKET_MS, loss) };
}

const PACKET_MS = 20;
/** G.107 §7: the rating of a connection that has nothing wrong with it. */
const BEST = 93.2;
/** G.113 appendix I: how well a codec that conceals bears random loss. */
const ROBUSTNESS = 25.1;

export function mosOf(delayMs: number, loss: number): number {
  const byDelay = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const percent = loss * 100;
  const byLoss = 95 * (percent / (percent + ROBUSTNESS));
  const r = Math.min(100, Math.max(0, BEST - byDelay - byLoss));
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

export type Grade = "good" | "fair" | "poor";

/** G.109: from 4.03 users are satisfied, from 3.6 some are not, below many are not. */
export const gradeOf = (mos: number): Grade => (mos >= 4.03 ? "good" : mos >= 3.6 ? "fair" : "poor");

/** What is kept of a whole call: means, and the worst stretch. */
export class QualityOfCall {
  private samples = 0;
  private readonly sum = { rttMs: 0, jitterMs: 0, loss: 0, mos: 0 };
  private withRtt = 0;
  private lowest = Number.POSITIVE_INFINITY;

  add(it: Quality): void {
    this.samples += 1;
    if (it.rttMs !== null) {
      this.sum.rttMs += it.rttMs;
      this.withRtt += 1;
    }
    this.sum.jitterMs += it.jitterMs;
    this.sum.loss += it.loss;
    this.sum.mos += it.mos;
    this.lowest = Math.min(this.lowest, it.mos);
  }

  /** Null where nothing was measured. */
  summary(): (Quality & { lowestMos: number }) | null {
    const { samples } = this;
    if (samples === 0) return null;
    return {
      rttMs: this.withRtt ? this.sum.rttMs / this.withRtt : null,
      jitterMs: this.sum.jitterMs / samples,
      loss: this.sum.loss / samples,
      mos: this.sum.mos / samples,
      lowestMos: this.lowest,
    };
  }
}
