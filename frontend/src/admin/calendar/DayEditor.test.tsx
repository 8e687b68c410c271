import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { SpecialDay } from "../../api/rules";
import { startI18n } from "../../i18n";
import { DayEditor } from "./DayEditor";

startI18n("en-US");

const date = "2026-10-10";

function open(day: SpecialDay) {
  const save = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <DayEditor date={date} day={day} save={save} close={() => undefined} />
    </QueryClientProvider>,
  );
  return save;
}

it("A day that is open as another weekday shows which, and stays so", () => {
  const save = open({ date, as_weekday: 2 });
  expect(screen.getByText("Tuesday")).toBeTruthy();
  fireEvent.click(screen.getByTestId("day-save"));
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ date, as_weekday: 2, spans: [] }));
});

it("A day closed instead is open as no weekday any more", () => {
  const save = open({ date, as_weekday: 2 });
  fireEvent.click(screen.getByTestId("day-closed"));
  fireEvent.click(screen.getByTestId("day-save"));
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ date, as_weekday: null, spans: [] }));
});
