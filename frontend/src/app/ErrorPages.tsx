import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Trouble } from "../ui/Trouble";

function HomeButton() {
  const { t } = useTranslation();
  return (
    <Link to="/">
      <Button type="primary">{t("common.home")}</Button>
    </Link>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="center-page" data-testid="page-404">
      <Trouble kind="not_found" title={t("error.page_not_found")} text={t("error.page_not_found_hint")}>
        <HomeButton />
      </Trouble>
    </div>
  );
}

export function ForbiddenPage() {
  const { t } = useTranslation();
  return (
    <div className="center-page" data-testid="page-403">
      <Trouble kind="forbidden" title={t("error.forbidden")} text={t("error.forbidden_hint")}>
        <HomeButton />
      </Trouble>
    </div>
  );
}

/** A page that broke, or a chunk that is gone because the console was upgraded meanwhile: loading anew helps. The error itself is in
 * the browser's console, where the router writes it. */
export function RouteFailure() {
  const { t } = useTranslation();
  return (
    <div className="center-page" data-testid="page-broken">
      <Trouble kind="broken" title={t("error.page_broken")} text={t("error.page_broken_hint")}>
        <Button type="primary" onClick={() => window.location.reload()}>
          {t("common.reload")}
        </Button>
      </Trouble>
    </div>
  );
}
