/** How loud a microphone is, 60 times a second, for as long as it is shown. */

const QUIETEST_DB = -60;

/** 0 (silence, or less than -60 dB) to 1 (as loud as can be), even in decibels as ears are. */
export function levelOf(samples: Float32Array): number {
  let power = 0;
  for (const it of samples) power += it * it;
  const db = 10 * Math.log10(power / Math.max(1, samples.length));
  return Math.min(1, Math.max(0, 1 - db / QUIETEST_DB));
}

export function openMeter(stream: MediaStream, show: (level: number) => void): () => void {
  const context = new AudioContext();
  void context.resume().catch(() => {});
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const look = () => {
    analyser.getFloatTimeDomainData(samples);
    show(levelOf(samples));
    frame = requestAnimationFrame(look);
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    void context.close().catch(() => {});
  };
}
