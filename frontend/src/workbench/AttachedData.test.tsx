import { fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tenantView } from "../../mock/live";
import { startI18n } from "../i18n";
import { link, useLink } from "../link/store";
import { AttachedData } from "./AttachedData";

startI18n("en-US");

const view = tenantView("talk");
const interaction = { ...view.interactions.i1!, data: { order: "17" } };
const request = vi.spyOn(link, "request");
const sent = () => request.mock.calls.map(([action]) => action);
const setting = (data: object) => ({ type: "SetData", interaction: "i1", data });
const show = (editable = true, data: Record<string, string> = interaction.data) =>
  render(
    <App>
      <AttachedData interaction={{ ...interaction, data }} editable={editable} />
    </App>,
  );

beforeEach(() => {
  request.mockReset().mockResolvedValue({ type: "reply", id: "1", error: null, message: "", answer: null });
  useLink.setState({ status: "live", engineOnline: true, view, you: "1001" });
});
afterEach(() => useLink.setState({ status: "idle", view: null, you: "" }));

describe("attached data", () => {
  it("is changed where it stands, and left alone by Escape", async () => {
    show();
    fireEvent.click(screen.getByText("17"));
    fireEvent.change(screen.getByTestId("data-value"), { target: { value: "18" } });
    fireEvent.keyDown(screen.getByTestId("data-value"), { key: "Escape" });
    expect(sent()).toEqual([]);
    fireEvent.click(screen.getByText("17"));
    fireEvent.change(screen.getByTestId("data-value"), { target: { value: "18 " } });
    fireEvent.keyDown(screen.getByTestId("data-value"), { key: "Enter", keyCode: 13 });
    expect(sent()).toEqual([setting({ order: "18" })]);
  });

  it("is added under a new name, never over what is there", () => {
    show();
    fireEvent.click(screen.getByTestId("data-add"));
    fireEvent.change(screen.getByTestId("data-new-name"), { target: { value: "order" } });
    fireEvent.change(screen.getByTestId("data-new-value"), { target: { value: "x" } });
    fireEvent.keyDown(screen.getByTestId("data-new-value"), { key: "Enter", keyCode: 13 });
    expect(sent()).toEqual([]);
    fireEvent.change(screen.getByTestId("data-new-name"), { target: { value: "invoice" } });
    fireEvent.click(screen.getByTestId("data-save"));
    expect(sent()).toEqual([setting({ invoice: "x" })]);
  });

  it("is removed by its cross", () => {
    show();
    fireEvent.click(screen.getByLabelText("Remove order"));
    expect(sent()).toEqual([setting({ order: null })]);
  });

  it("is cleared as a whole, once that is confirmed, where there is more than one thing", async () => {
    const { unmount } = show();
    expect(screen.queryByTestId("data-clear")).toBeNull();
    unmount();
    show(true, { order: "17", invoice: "x" });
    fireEvent.click(screen.getByTestId("data-clear"));
    expect(sent()).toEqual([]);
    fireEvent.click(await vi.waitFor(() => document.querySelector(".ant-popconfirm .ant-btn-dangerous")!));
    expect(sent()).toEqual([{ type: "ClearData", interaction: "i1" }]);
  });

  it("cannot be changed while it rings", () => {
    show(false);
    expect(screen.getByText("17").tagName).not.toBe("BUTTON");
    expect(screen.queryByTestId("data-add")).toBeNull();
  });
});
