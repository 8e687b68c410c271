import { App } from "antd";
import { useCallback, useState } from "react";
import { useErrorText } from "../api/errors";

/** Runs something that may fail, showing the failure as a toast. `busy` names what is under way. */
export function useAsk() {
  const { message } = App.useApp();
  const text = useErrorText();
  const [busy, setBusy] = useState<string | null>(null);
  const run = useCallback(
    async (name: string, action: () => Promise<unknown>): Promise<boolean> => {
      setBusy(name);
      try {
        await action();
        return true;
      } catch (error) {
        void message.error(text(error));
        return false;
      } finally {
        setBusy(null);
      }
    },
    [message, text],
  );
  return { busy, run };
}
