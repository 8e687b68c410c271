import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { MusicPage } from "./MusicPage";

startI18n("en-US");
afterEach(() => vi.unstubAllGlobals());

const music = { id: "jazz", name: { "en-US": "Jazz" }, seconds: 0, uploaded_at: null, used_by: [] };
const refusal = { code: "invalid", message: "Please check what is marked.", fields: { file: ["Not a WAV file."] } };

it("says what is wrong with a file where no field is there to be marked", async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string, { method }: RequestInit) =>
      method === "PUT"
        ? Response.json({ error: refusal }, { status: 422 })
        : Response.json({ items: path.startsWith("/api/music") ? [music] : [], total: 1, page: 1, page_size: 50 }),
    ),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <MemoryRouter>
          <MusicPage />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
  await screen.findByText("Jazz");
  const input = document.querySelector<HTMLInputElement>("input[type=file]")!;
  fireEvent.change(input, { target: { files: [new File(["no sound"], "letter.wav", { type: "audio/wav" })] } });
  expect(await screen.findByText("Not a WAV file.")).toBeTruthy();
});
