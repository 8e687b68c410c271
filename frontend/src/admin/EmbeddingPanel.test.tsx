import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { expect, it, vi } from "vitest";
import { ApiError, api } from "../api/client";
import { startI18n } from "../i18n";
import { EmbeddingPanel } from "./EmbeddingPanel";

vi.mock("../api/client", async (original) => ({ ...(await original<object>()), api: vi.fn() }));

startI18n("en-US");

it("Of several origins the one that is none is named, with what one looks like", async () => {
  const origins = ["https://crm.example.com", "crm.example.com"];
  vi.mocked(api).mockRejectedValue(
    new ApiError(422, "invalid", "Please check the fields.", null, { "origins.1": ["This has the wrong form."] }),
  );
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(["/api/embedding"], { origins });
  queries.setQueryData(["session"], { signed_in: true, permissions: [], person: null, tenant: null });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <EmbeddingPanel />
      </App>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByTestId("embedding-save"));
  expect(await screen.findByText(/^crm\.example\.com is not an origin: http/)).toBeTruthy();
});
