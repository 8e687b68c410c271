import { CaretRightFilled, LoadingOutlined, PauseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { formatDuration } from "./time";

/** What plays now, so that a second one silences it. */
let playing: HTMLAudioElement | null = null;

/** Plays a short sound from its address, once; loads nothing before it is asked to. */
export function PlayButton({
  source,
  label,
  stopLabel,
  failed,
}: {
  source: string;
  label: string;
  stopLabel: string;
  failed: () => void;
}) {
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState<"still" | "loading" | "playing">("still");
  const [leftMs, setLeftMs] = useState<number | null>(null);
  useEffect(() => {
    const element = audio.current;
    return () => element?.pause();
  }, []);

  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (state !== "still") {
      element.pause();
      return;
    }
    if (playing !== element) playing?.pause();
    playing = element;
    setState("loading");
    element.currentTime = 0;
    element.play().catch(() => {
      setState("still");
      failed();
    });
  };
  const still = () => {
    setState("still");
    setLeftMs(null);
  };
  return (
    <span className="play">
      <audio
        ref={audio}
        preload="none"
        src={source}
        onPlaying={() => setState("playing")}
        onPause={still}
        onEnded={still}
        onTimeUpdate={({ currentTarget: it }) => {
          if (!it.paused && Number.isFinite(it.duration)) setLeftMs((it.duration - it.currentTime) * 1000);
        }}
      />
      <Button
        size="small"
        shape="circle"
        type={state === "still" ? "default" : "primary"}
        icon={
          state === "loading" ? <LoadingOutlined /> : state === "playing" ? <PauseOutlined /> : <CaretRightFilled />
        }
        aria-label={state === "still" ? label : stopLabel}
        title={state === "still" ? label : stopLabel}
        onClick={toggle}
      />
      {leftMs !== null && <span className="num small faint">{formatDuration(leftMs + 999)}</span>}
    </span>
  );
}
