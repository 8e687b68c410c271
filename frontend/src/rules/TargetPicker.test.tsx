import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { Target } from "../api/rules";
import { startI18n } from "../i18n";
import { TargetPicker } from "./TargetPicker";

startI18n("en-US");

/** Opens the picker's choice of queues; what it offers. */
async function queuesOffered(target: Target, queued: boolean, chosen?: (target: Target | null) => void) {
  const queries = new QueryClient();
  queries.setQueryData(["/api/queues", "all"], [{ id: "sales", name: { "en-US": "Sales" } }]);
  for (const path of ["/api/flows", "/api/trunks", "/api/prompts"]) queries.setQueryData([path, "all"], []);
  render(
    <QueryClientProvider client={queries}>
      <TargetPicker value={target} queued={queued} onChange={chosen} />
    </QueryClientProvider>,
  );
  const select = screen.getByTestId("target-queue");
  fireEvent.mouseDown(select.querySelector(".ant-select-selector") ?? select);
  return within(document.body).findAllByText((_, found) => found?.className === "ant-select-item-option-content");
}

const texts = (found: HTMLElement[]) => found.map((it) => it.textContent);

it("A callback keeps the caller's own place, or one in the queue chosen", async () => {
  const chosen = vi.fn();
  const found = await queuesOffered({ type: "callback" }, true, chosen);
  expect(texts(found)).toEqual(["The caller's own queue", "Sales"]);
  fireEvent.click(found[1]!);
  expect(chosen).toHaveBeenCalledWith({ type: "callback", queue: "sales" });
});

it("Where a call is in no queue yet its callback names one", async () => {
  expect(texts(await queuesOffered({ type: "callback" }, false))).toEqual(["Sales"]);
});

it("and a message without one is heard by supervisors", async () => {
  const found = await queuesOffered({ type: "voicemail" }, false);
  expect(texts(found)).toEqual(["No queue: supervisors hear it", "Sales"]);
});
