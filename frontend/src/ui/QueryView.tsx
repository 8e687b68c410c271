import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { useErrorText } from "../api/errors";
import { Trouble, type TroubleKind } from "./Trouble";

/** A query's three faces: loading, failed (with another try), and there. */
export function QueryView<T>({
  query,
  children,
  skeleton,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  skeleton?: ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return skeleton ?? <Skeleton active paragraph={{ rows: 6 }} style={{ padding: 20 }} />;
}

const KINDS: Record<number, TroubleKind> = { 0: "unreachable", 403: "forbidden", 404: "not_found" };

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const kind = error instanceof ApiError ? (KINDS[error.status] ?? "broken") : "broken";
  const hopeless = kind === "forbidden" || kind === "not_found";
  return (
    <Trouble kind={kind} title={text(error)}>
      {retry && !hopeless && <Button onClick={retry}>{t("common.retry")}</Button>}
      {kind === "not_found" && <Button onClick={() => window.history.back()}>{t("common.back")}</Button>}
    </Trouble>
  );
}
