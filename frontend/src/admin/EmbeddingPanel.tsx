import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "../api/client";
import { useErrorText } from "../api/errors";
import { useSession } from "../api/session";
import { WordsField } from "./fields";
import "./admin.css";

const PATH = "/api/embedding";

interface Embedding {
  origins: string[];
}

/** Whose pages may show the softphone in a frame, and the line that puts it there. */
export function EmbeddingPanel() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const text = useErrorText();
  const queries = useQueryClient();
  const tenant = useSession()?.tenant?.id ?? "";
  const [busy, setBusy] = useState(false);
  const query = useQuery({ queryKey: [PATH], queryFn: () => api<Embedding>(PATH) });
  if (!query.data) return null;

  const save = async (values: Embedding) => {
    setBusy(true);
    try {
      queries.setQueryData([PATH], await api<Embedding>(PATH, { method: "PUT", body: values }));
      void message.success(t("common.saved"));
    } catch (error) {
      const [field] = error instanceof ApiError ? Object.keys(error.fields) : [];
      const origin = values.origins[Number(/^origins\.(\d+)$/.exec(field ?? "")?.[1] ?? Number.NaN)];
      void message.error(
        origin ? t("embed.origin_wrong", { origin, interpolation: { escapeValue: false } }) : text(error),
      );
    } finally {
      setBusy(false);
    }
  };
  const line = `<script src="${window.location.origin}/embed.js" data-tenant="${tenant}"></script>`;
  return (
    <section className="panel embedding">
      <h2>{t("embed.title")}</h2>
      <p className="muted">{t("embed.hint")}</p>
      <Form<Embedding> layout="vertical" initialValues={query.data} onFinish={(values) => void save(values)}>
        <WordsField name="origins" label={t("embed.origins")} hint={t("embed.origins_hint")} />
        <Button type="primary" htmlType="submit" loading={busy} data-testid="embedding-save">
          {t("common.save")}
        </Button>
      </Form>
      <p className="muted">
        {t("embed.line")} (
        <a href="/demo/embed" target="_blank" rel="noreferrer">
          {t("embed.example")}
        </a>
        )
      </p>
      <Typography.Paragraph copyable code>
        {line}
      </Typography.Paragraph>
    </section>
  );
}
