import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { RecordingItem } from "../api/types";
import { startI18n } from "../i18n";
import { RecordingPlayer } from "./RecordingPlayer";

startI18n("en-US");

function show(state: RecordingItem["state"]) {
  const queries = new QueryClient();
  queries.setQueryData(["peaks", "r1"], { duration_ms: 1000, channels: 2, per_second: 20, peaks: [[0.1], [0.2]] });
  const recording = {
    id: "r1",
    state,
    started_at: "2026-11-24T02:00:00Z",
    ended_at: "2026-11-24T02:00:01Z",
    duration_ms: 1000,
    error: "",
    cut_short: "",
  };
  render(
    <QueryClientProvider client={queries}>
      <RecordingPlayer recording={recording} />
    </QueryClientProvider>,
  );
}

it("asks for no sound before play is pressed", () => {
  show("stored");
  const audio = screen.getByTestId<HTMLAudioElement>("recording-audio");
  expect(audio.preload).toBe("none");
});

it("says that no audio came, and offers nothing to play", () => {
  show("empty");
  expect(screen.getByTestId("recording-empty").textContent).toBe("No audio came from either side of this call");
  expect(screen.queryByTestId("recording-player")).toBeNull();
});
