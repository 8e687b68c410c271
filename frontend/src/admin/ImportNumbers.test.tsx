import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { ImportNumbers } from "./ImportNumbers";

startI18n("en-US");
const fetched = vi.fn<typeof fetch>();
const close = vi.fn();
const imported = vi.fn();
beforeEach(() => {
  for (const each of [fetched, close, imported]) each.mockReset();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

const clean = { added: 2, already: 1, repeated: 0, shortened: 0, faulty: 0, faults: [] };
const mixed = { ...clean, faulty: 1, faults: [{ line: 3, value: "rubbish", problem: "“rubbish” is no number." }] };

function choose() {
  render(
    <App>
      <ImportNumbers path="/import" list="Nuisance" close={close} imported={imported} />
    </App>,
  );
  const input = document.querySelector<HTMLInputElement>("input[type=file]")!;
  fireEvent.change(input, { target: { files: [new File(["1001"], "numbers.csv", { type: "text/csv" })] } });
}
const asked = () => fetched.mock.calls.map(([path]) => path);

it("shows what would come of a file, and takes it in only when told to", async () => {
  fetched.mockImplementation(async () => Response.json(clean));
  choose();
  await screen.findByText("New numbers: 2");
  expect(screen.getByText("In the list already, their notes stay: 1")).toBeTruthy();
  expect(asked()).toEqual(["/import?dry_run=true"]);
  fireEvent.click(screen.getByText("Import 2"));
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(asked()).toEqual(["/import?dry_run=true", "/import"]);
  expect(imported).toHaveBeenCalled();
});

it("names a faulty line with its reason, and imports the others where that is chosen", async () => {
  fetched.mockImplementation(async () => Response.json(mixed));
  choose();
  const row = (await screen.findByText("“rubbish” is no number.")).closest("tr");
  expect(row?.textContent).toBe("3“rubbish” is no number.");
  fireEvent.click(screen.getByText("Import 2 without the faulty lines"));
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(asked()).toEqual(["/import?dry_run=true", "/import?skip_faulty=true"]);
});

it("says what is wrong with a file that cannot be read, and offers nothing", async () => {
  const error = { code: "invalid", message: "Check.", fields: { file: ["This cannot be read."] } };
  fetched.mockImplementation(async () => Response.json({ error }, { status: 422 }));
  choose();
  await screen.findByText("This cannot be read.");
  expect(screen.getByTestId("import-take").hasAttribute("disabled")).toBe(true);
});
