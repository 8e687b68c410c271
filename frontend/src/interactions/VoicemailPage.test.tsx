import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import type { VoicemailRecord } from "../api/types";
import { startI18n } from "../i18n";
import { VOICEMAILS } from "./useNewVoicemails";
import { VoicemailPage } from "./VoicemailPage";

startI18n("en-US");

const message = (at: number): VoicemailRecord => ({
  id: `m${at}`,
  interaction: `i${at}`,
  queue: null,
  queue_name: null,
  left_at: "2026-11-24T02:30:00Z",
  duration_ms: 12_000,
  recording_state: "ended",
  caller_number: "13800138001",
  customer: null,
  customer_name: "",
  state: "new",
  handled_at: null,
  handled_by: null,
});

function open(messages: number) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(
    [VOICEMAILS, "new"],
    Array.from({ length: messages }, (_, at) => message(at)),
  );
  render(
    <QueryClientProvider client={queries}>
      <App>
        <MemoryRouter>
          <VoicemailPage />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
}

it("messages come by pages, and where there are more than the server tells of it is said", () => {
  open(500);
  expect(document.querySelectorAll(".ant-table-row")).toHaveLength(50);
  expect(screen.getByText("The newest 500")).toBeTruthy();
});

it("a few messages are simply listed", () => {
  open(3);
  expect(document.querySelectorAll(".ant-table-row")).toHaveLength(3);
  expect(document.querySelector(".ant-pagination")).toBeNull();
});
