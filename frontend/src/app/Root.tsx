import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { ApiError, whenSignedOut } from "../api/client";
import { SESSION_KEY } from "../api/session";
import "./debug";
import { Nothing } from "../ui/Nothing";
import { useTheme } from "./preferences";
import { router } from "./routes";
import { consoleTheme } from "./theme";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      // What the server has refused it will refuse again; only silence and its own failures are worth another try.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

whenSignedOut(() => void queries.invalidateQueries({ queryKey: SESSION_KEY }));

export function Root() {
  const { t, i18n } = useTranslation();
  const dark = useTheme((state) => state.dark);
  const still = useTheme((state) => state.still);
  const theme = useMemo(() => consoleTheme(dark, i18n.language, still), [dark, i18n.language, still]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    document.documentElement.dataset.still = String(still);
  }, [dark, still]);
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === "zh-CN" ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      renderEmpty={() => <Nothing text={t("common.nothing_yet")} />}
    >
      {/* around the app, whose dialogs may ask the server too */}
      <QueryClientProvider client={queries}>
        <AntApp message={{ maxCount: 3 }} style={{ height: "100%" }}>
          <RouterProvider router={router} />
        </AntApp>
      </QueryClientProvider>
    </ConfigProvider>
  );
}
