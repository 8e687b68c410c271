import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { startI18n } from "../i18n";
import { RecordingPlayer } from "./RecordingPlayer";

startI18n("en-US");

it("asks for no sound before play is pressed", () => {
  const queries = new QueryClient();
  queries.setQueryData(["peaks", "r1"], { duration_ms: 1000, channels: 2, per_second: 20, peaks: [[0.1], [0.2]] });
  const recording = {
    id: "r1",
    state: "stored" as const,
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
  const audio = screen.getByTestId<HTMLAudioElement>("recording-audio");
  expect(audio.preload).toBe("none");
});
