import { CaretRightFilled, PauseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Segmented, Skeleton } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { Peaks, RecordingItem } from "../api/types";
import { useTheme } from "../app/preferences";
import { Failure } from "../ui/QueryView";
import { formatDuration } from "../ui/time";
import { drawWaveform } from "./waveform";

/** Hears a recording again: the customer's voice above, the agent's below; a click or the arrow keys go to a moment. */
export function RecordingPlayer({ recording }: { recording: RecordingItem }) {
  const { t } = useTranslation();
  const stored = recording.state === "stored";
  const peaks = useQuery({
    queryKey: ["peaks", recording.id],
    queryFn: () => api<Peaks>(`/api/recordings/${recording.id}/peaks`),
    enabled: stored,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (recording.state === "failed") return <Alert type="error" showIcon title={t("recording.failed")} />;
  if (recording.state === "empty")
    return <Alert type="warning" showIcon title={t("recording.empty")} data-testid="recording-empty" />;
  if (!stored)
    return <Alert type="info" showIcon title={t(`recording.${recording.state}`)} data-testid="recording-not-ready" />;
  if (peaks.error) return <Failure error={peaks.error} retry={() => void peaks.refetch()} />;
  if (!peaks.data) return <Skeleton.Node active style={{ width: "100%", height: 116 }} />;
  return (
    <>
      {recording.cut_short && (
        <Alert
          type="warning"
          showIcon
          title={t("recording.cut_short")}
          description={recording.cut_short}
          style={{ marginBottom: 8 }}
          data-testid="recording-cut-short"
        />
      )}
      <Player id={recording.id} peaks={peaks.data} />
    </>
  );
}

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

function Player({ id, peaks }: { id: string; peaks: Peaks }) {
  const { t } = useTranslation();
  const dark = useTheme((state) => state.dark);
  const audio = useRef<HTMLAudioElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState(1);
  const [failed, setFailed] = useState(false);
  const length = peaks.duration_ms / 1000;

  const draw = useCallback(() => {
    if (canvas.current) drawWaveform(canvas.current, peaks, audio.current?.currentTime ?? 0);
  }, [peaks]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, so the theme is one more reason to draw
  useEffect(() => {
    draw();
    const observer = new ResizeObserver(draw);
    if (canvas.current) observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [draw, dark]);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const tick = () => {
      setAt(audio.current?.currentTime ?? 0);
      draw();
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing, draw]);

  const seek = (seconds: number) => {
    if (!audio.current) return;
    audio.current.currentTime = Math.max(0, Math.min(length, seconds));
    setAt(audio.current.currentTime);
    draw();
  };
  const toggle = () => {
    if (playing) audio.current?.pause();
    else void audio.current?.play().catch(() => setFailed(true));
  };

  return (
    <div className="player" data-testid="recording-player">
      <div className="row small muted" style={{ justifyContent: "space-between", marginBottom: 4 }}>
        <span style={{ color: "var(--queue-text)" }}>▲ {t("recording.customer")}</span>
        <span style={{ color: "var(--talk)" }}>▼ {t("recording.agent")}</span>
      </div>
      <canvas
        ref={canvas}
        role="slider"
        tabIndex={0}
        aria-label={t("recording.position")}
        aria-valuemin={0}
        aria-valuemax={Math.round(length)}
        aria-valuenow={Math.round(at)}
        data-testid="recording-waveform"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - box.left) / box.width) * length);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowRight") seek(at + 5);
          else if (event.key === "ArrowLeft") seek(at - 5);
          else if (event.key === " ") toggle();
          else return;
          event.preventDefault();
        }}
      />
      <audio
        ref={audio}
        src={`/api/recordings/${id}/audio`}
        // The server notes whoever asks for the sound as having listened: nothing is asked for before play.
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onError={() => setFailed(true)}
        data-testid="recording-audio"
      />
      {failed && <Alert type="error" showIcon title={t("recording.unplayable")} style={{ marginTop: 8 }} />}
      <div className="player-controls">
        <Button
          type="primary"
          shape="circle"
          icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
          onClick={toggle}
          aria-label={playing ? t("recording.pause") : t("recording.play")}
          data-testid="recording-play"
        />
        <span className="num">
          {formatDuration(at * 1000)} <span className="faint">/ {formatDuration(peaks.duration_ms)}</span>
        </span>
        <span className="grow" />
        <Segmented
          size="small"
          value={speed}
          options={SPEEDS.map((it) => ({ value: it, label: `${it}×` }))}
          onChange={(value) => {
            setSpeed(value);
            if (audio.current) audio.current.playbackRate = value;
          }}
        />
        <Button size="small" href={`/api/recordings/${id}/audio`} download>
          {t("recording.download")}
        </Button>
      </div>
    </div>
  );
}
