import { Button, Result } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useRouteError } from "react-router";

function Page({ status, text }: { status: "403" | "404" | "500"; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="center-page" data-testid={`page-${status}`}>
      <Result
        status={status}
        title={text}
        extra={
          <Link to="/">
            <Button type="primary">{t("common.home")}</Button>
          </Link>
        }
      />
    </div>
  );
}

export function NotFoundPage() {
  return <Page status="404" text={useTranslation().t("error.page_not_found")} />;
}

export function ForbiddenPage() {
  return <Page status="403" text={useTranslation().t("error.forbidden")} />;
}

/** A page that broke, or a chunk that is gone because the console was upgraded meanwhile: loading anew helps. */
export function RouteFailure() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <div className="center-page">
      <Result
        status="500"
        title={t("error.page_broken")}
        subTitle={error instanceof Error ? error.message : undefined}
        extra={
          <Button type="primary" onClick={() => window.location.reload()}>
            {t("common.reload")}
          </Button>
        }
      />
    </div>
  );
}
