import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { listOf } from "../../../mock/lists";
import type { QueueRecord } from "../../api/types";
import { startI18n } from "../../i18n";
import { QueueRemoval } from "./QueueRemoval";

startI18n("en-US");

const queues = listOf("queues") as QueueRecord[];
const sales = queues.find((it) => it.id === "sales")!;

function ask() {
  const queries = new QueryClient();
  queries.setQueryData(["/api/queues", "all"], queues);
  const onChange = vi.fn();
  render(
    <QueryClientProvider client={queries}>
      <QueueRemoval queue={{ ...sales, when_deleted: null }} onChange={onChange} />
    </QueryClientProvider>,
  );
  return onChange;
}

it("asks where those go who wait in the queue, which is to none but others", async () => {
  const onChange = ask();
  await userEvent.click(screen.getByRole("combobox"));
  expect(screen.queryByTitle("Sales")).toBeNull();
  await userEvent.click(await screen.findByTitle("Support"));
  expect(onChange).toHaveBeenLastCalledWith({ move_to: "support" });
  expect(screen.queryByRole("checkbox")).toBeNull();
});

it("asks who lets nothing take over whether to delete it though it is used", async () => {
  const onChange = ask();
  await userEvent.click(screen.getByRole("checkbox"));
  expect(onChange).toHaveBeenLastCalledWith({ move_to: null, force: true });
});
