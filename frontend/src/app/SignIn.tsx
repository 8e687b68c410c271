import { LockOutlined, UserOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useLocation, useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../api/client";
import { useErrorText } from "../api/errors";
import { signIn, useSession } from "../api/session";
import { LANGUAGES, setLanguage } from "../i18n";
import { FRESH_SIGN_IN } from "../softphone/useSoftphoneStart";
import { useTitle } from "../ui/useTitle";
import { Logo } from "./Logo";

interface Fields {
  tenant?: string;
  login: string;
  password: string;
}

/** Handed over by a page whose session has ended: the sign-in name it was of. */
export interface SessionEnded {
  ended: string;
}

/** Where to go afterwards; only ever a page of ours. */
function safeNext(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

/** `into`: in a frame of another system's page, for that centre, and staying there. */
export function SignIn({ into }: { into?: { tenant: string; path: string } }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const ended = (useLocation().state as SessionEnded | null)?.ended;
  const session = useSession();
  const text = useErrorText();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [withTenant, setWithTenant] = useState(false);
  const [languageChosen, setLanguageChosen] = useState(false);
  const next = into?.path ?? safeNext(parameters.get("next"));
  useTitle(t("auth.title"));

  if (session?.signed_in && !busy) return <Navigate to={next} replace />;

  const submit = async (fields: Fields) => {
    setBusy(true);
    setError(null);
    try {
      await signIn(queries, {
        ...fields,
        tenant: fields.tenant || into?.tenant,
        language: i18n.language,
        language_chosen: languageChosen,
      });
      sessionStorage.setItem(FRESH_SIGN_IN, "1");
      navigate(next, { replace: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
      // More than one centre here: then which one has to be said.
      if (failure instanceof ApiError && failure.field === "tenant") setWithTenant(true);
    }
  };

  return (
    <div className="sign-in">
      <main className="sign-in-main">
        <div className="sign-in-brand">
          <Logo size={38} /> callbase
        </div>
        <h1>{t("auth.title")}</h1>
        <p className="muted" style={{ marginBottom: 24 }}>
          {t("auth.hint")}
        </p>
        {ended && error === null && (
          <Alert
            type="info"
            showIcon
            title={t("auth.ended")}
            style={{ marginBottom: 18 }}
            data-testid="session-ended"
          />
        )}
        {error !== null && (
          <Alert type="error" showIcon title={text(error)} style={{ marginBottom: 18 }} data-testid="sign-in-error" />
        )}
        <Form<Fields>
          layout="vertical"
          size="large"
          initialValues={{ login: ended }}
          onFinish={(fields) => void submit(fields)}
          requiredMark={false}
        >
          {withTenant && (
            <Form.Item name="tenant" label={t("auth.tenant")}>
              <Input data-testid="sign-in-tenant" autoComplete="organization" />
            </Form.Item>
          )}
          <Form.Item name="login" label={t("auth.login")} rules={[{ required: true, message: t("auth.login_needed") }]}>
            <Input
              autoFocus={!ended}
              prefix={<UserOutlined className="faint" />}
              autoComplete="username"
              data-testid="sign-in-login"
            />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("auth.password")}
            rules={[{ required: true, message: t("auth.password_needed") }]}
          >
            <Input.Password
              autoFocus={Boolean(ended)}
              prefix={<LockOutlined className="faint" />}
              autoComplete="current-password"
              data-testid="sign-in-password"
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy} data-testid="sign-in-submit">
            {t("auth.sign_in")}
          </Button>
        </Form>
        <div className="sign-in-foot">
          <Segmented
            value={i18n.language}
            onChange={(value) => setLanguage(value as "zh-CN" | "en-US")}
            onClick={() => setLanguageChosen(true)}
            options={LANGUAGES.map((it) => ({
              value: it.id,
              label: <span data-testid={`language-${it.id}`}>{it.name}</span>,
            }))}
          />
          {session?.demo && !into && <Link to="/demo/phone">{t("auth.demo_phone")}</Link>}
        </div>
      </main>
      <aside className="sign-in-aside">
        <h2>{t("auth.promise")}</h2>
        <ul>
          <li>{t("auth.promise_1")}</li>
          <li>{t("auth.promise_2")}</li>
          <li>{t("auth.promise_3")}</li>
        </ul>
      </aside>
    </div>
  );
}
