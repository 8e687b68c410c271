import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { AuditPage } from "./AuditPage";

const asked = vi.hoisted((): string[] => []);
vi.mock("../api/client", async (original) => ({
  ...(await original<typeof import("../api/client")>()),
  api: async (path: string) => {
    asked.push(path);
    const common = { at: "2026-11-30T15:00:00Z", actor: "system", actor_name: "", object_name: "", ip: "127.0.0.1" };
    const changes = { scopes: [null, ["board.view", "calls.release"]], calls: [null, "inside"], other_s: [1, 2] };
    const one = { ...common, action: "token.update", object_type: "token", object_id: "t", changes };
    return path.startsWith("/api/audit") ? { items: [one], total: 1, page: 1, page_size: 50 } : { items: [], total: 0 };
  },
}));

startI18n("en-US");

it("tells what changed by the words of the form, and narrows by what the address says", async () => {
  const queries = new QueryClient();
  queries.setQueryData(["session"], { signed_in: true, permissions: [], person: null, tenant: null });
  render(
    <QueryClientProvider client={queries}>
      <MemoryRouter initialEntries={["/admin/audit?action=update&page=2"]}>
        <AuditPage />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  const row = (await screen.findByText("Permissions:")).closest("td");
  expect(row?.textContent).toContain("Permissions: See the live board, End others' calls");
  expect(row?.textContent).toContain("May call: Anybody in the centre");
  expect(row?.textContent).toContain("other_s: 1 s → 2 s");
  expect(asked).toContain("/api/audit?action=update&page=2&page_size=50");
});
