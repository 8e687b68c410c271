import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Result, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { useErrorText } from "../api/errors";

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

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const status = error instanceof ApiError ? error.status : 0;
  return (
    <Result
      status={status === 404 ? "404" : status === 403 ? "403" : "warning"}
      title={text(error)}
      extra={retry && status !== 404 && status !== 403 ? <Button onClick={retry}>{t("common.retry")}</Button> : null}
    />
  );
}
