import { PhoneFilled, PhoneOutlined, SoundOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "../api/client";
import type { DemoPhoneSettings } from "../api/types";
import { LANGUAGES, setLanguage } from "../i18n";
import { DigitPad, isDigit } from "../softphone/DigitPad";
import { JsSipLine } from "../softphone/jssip";
import { askMicrophone } from "../softphone/microphone";
import { Phone } from "../softphone/phone";
import { BrowserSound } from "../softphone/sound";
import { formatNumber } from "../ui/format";
import { formatDuration } from "../ui/time";
import { useTitle } from "../ui/useTitle";
import "../softphone/softphone.css";
import "./demo.css";

const LINES = [1, 2, 3, 4, 5];

/** A customer's telephone, for trying the demo centre out: five customers, one of them at a time. */
export function DemoPhone() {
  const { t, i18n } = useTranslation();
  const [line, setLine] = useState(() => Number(new URLSearchParams(window.location.search).get("line")) || 1);
  const settings = useQuery({
    queryKey: ["demo-phone", line],
    queryFn: () => api<DemoPhoneSettings>(`/api/demo/phone?line=${line}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useTitle(t("demo.title"));
  const gone = settings.error instanceof ApiError && settings.error.status === 404;
  return (
    <div className="demo">
      <header className="demo-head">
        <strong>{t("demo.title")}</strong>
        <Segmented
          value={i18n.language}
          options={LANGUAGES.map((it) => ({ value: it.id, label: it.name }))}
          onChange={(value) => setLanguage(value as "zh-CN" | "en-US")}
        />
      </header>
      <main className="demo-main">
        {settings.data ? (
          <Handset key={line} settings={settings.data} line={line} choose={setLine} />
        ) : (
          <div className="handset">
            <div className="handset-screen">
              <div className="handset-status">
                {gone ? t("demo.not_installed") : settings.error ? t("error.network") : t("demo.connecting")}
              </div>
            </div>
          </div>
        )}
        <aside className="demo-help">
          <h1>{t("demo.heading")}</h1>
          <ol>
            <li>{t("demo.step_1")}</li>
            <li>{t("demo.step_2", { number: formatNumber(settings.data?.dial ?? "4008001234") })}</li>
            <li>{t("demo.step_3")}</li>
            <li>{t("demo.step_4")}</li>
          </ol>
          <p className="muted">{t("demo.keyboard")}</p>
        </aside>
      </main>
    </div>
  );
}

function Handset({
  settings,
  line,
  choose,
}: {
  settings: DemoPhoneSettings;
  line: number;
  choose: (line: number) => void;
}) {
  const { t, i18n } = useTranslation();
  const sound = useMemo(() => new BrowserSound(), []);
  const phone = useMemo(() => new Phone((listener) => new JsSipLine(settings.sip, listener), sound), [settings, sound]);
  const state = useSyncExternalStore(phone.subscribe, phone.getState);
  const [number, setNumber] = useState(settings.dial);
  const [pressed, setPressed] = useState("");
  const { call } = state;
  const registered = state.registration === "registered";

  useEffect(() => {
    phone.send({ type: "start" });
    const woken = () => phone.send({ type: "woken" });
    // A customer who closes the page hangs up, unlike an agent whose page reloads.
    const leaving = () => phone.send({ type: "stop" });
    window.addEventListener("online", woken);
    window.addEventListener("pagehide", leaving);
    return () => {
      window.removeEventListener("online", woken);
      window.removeEventListener("pagehide", leaving);
      phone.send({ type: "stop" });
    };
  }, [phone]);

  useEffect(() => {
    if (window.__callbase) window.__callbase.demoPhone = { registered, call: call?.phase ?? null };
  }, [registered, call?.phase]);

  useEffect(() => {
    if (!call) setPressed("");
  }, [call]);

  const digit = (key: string) => {
    if (call) {
      phone.send({ type: "digit", digit: key });
      setPressed((old) => (old + key).slice(-16));
    } else setNumber((old) => old + key);
  };
  const dial = async () => {
    const microphone = await askMicrophone();
    phone.send({ type: "microphone", state: microphone });
    if (microphone === "granted")
      phone.send({ type: "dial", id: crypto.randomUUID(), number: number.replace(/[^0-9*#+A-Za-z._-]/g, "") });
  };
  const start = () => {
    if (call?.phase === "ringing") phone.send({ type: "answer" });
    else if (!call && registered && number) void dial();
  };

  useEffect(() => {
    const keyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLInputElement) return;
      if (isDigit(event.key)) digit(event.key);
      else if (event.key === "Backspace" && !call) setNumber((old) => old.slice(0, -1));
      else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) start();
      else if (event.key === "Escape" && call) phone.send({ type: "hang_up" });
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", keyDown);
    return () => window.removeEventListener("keydown", keyDown);
  });

  const trouble = ["denied", "missing", "insecure"].includes(state.microphone)
    ? t(`microphone.${state.microphone}`)
    : state.lastFailure
      ? t(`call_failed.${state.lastFailure.replaceAll(" ", "_").toLowerCase()}`, {
          defaultValue: t("call_failed.other"),
        })
      : null;

  return (
    <div
      className="handset"
      data-testid="demo-phone"
      data-registered={registered}
      data-call={call?.phase ?? ""}
      lang={i18n.language}
    >
      <div className="handset-speaker" />
      <div className="handset-screen">
        <div className="handset-status">
          <span className={registered ? "phone-online" : "phone-offline"}>
            {registered ? t("demo.connected") : t("demo.connecting")}
          </span>
          <span className="num">{formatNumber(settings.number)}</span>
        </div>
        {call ? (
          <div className="handset-call">
            <span data-testid="demo-state">{t(`demo.call.${call.phase}`)}</span>
            <strong className="num">{formatNumber(call.remote)}</strong>
            <span className="handset-timer num" data-testid="demo-timer">
              {call.answeredAtMs ? <Timer from={call.answeredAtMs} /> : "\u00a0"}
            </span>
            <span className="handset-pressed num" data-testid="demo-pressed">
              {pressed || "\u00a0"}
            </span>
          </div>
        ) : (
          <div className="handset-call">
            <span data-testid="demo-state">
              {trouble ? (
                <span style={{ color: "#ffb49c" }}>{trouble}</span>
              ) : registered ? (
                t("demo.idle")
              ) : (
                t("demo.connecting")
              )}
            </span>
            <input
              className="handset-number num"
              value={number}
              onChange={(event) => setNumber(event.target.value)}
              onKeyDown={(event) => event.key === "Enter" && start()}
              inputMode="tel"
              aria-label={t("demo.number")}
              data-testid="demo-number"
            />
          </div>
        )}
        {state.soundBlocked && (
          <button
            type="button"
            className="handset-sound"
            onClick={() => void sound.resume().then(() => phone.send({ type: "sound_unblocked" }))}
          >
            <SoundOutlined /> {t("phone.sound_on")}
          </button>
        )}
      </div>
      <DigitPad press={digit} handle="demo-key" />
      <div className="handset-buttons">
        <button
          type="button"
          className="handset-dial"
          disabled={call ? call.phase !== "ringing" : !registered || !number}
          onClick={start}
          aria-label={t("demo.dial")}
          data-testid="demo-dial"
        >
          <PhoneFilled />
        </button>
        <button
          type="button"
          className="handset-hang-up"
          disabled={!call}
          onClick={() => phone.send({ type: "hang_up" })}
          aria-label={t("call.hang_up")}
          data-testid="demo-hangup"
        >
          <PhoneOutlined rotate={225} />
        </button>
      </div>
      <div className="handset-lines">
        <span>{t("demo.line")}</span>
        {LINES.map((it) => (
          <button
            key={it}
            type="button"
            aria-pressed={it === line}
            disabled={Boolean(call)}
            onClick={() => choose(it)}
            data-testid={`demo-line-${it}`}
          >
            {it}
          </button>
        ))}
      </div>
    </div>
  );
}

function Timer({ from }: { from: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return formatDuration(now - from);
}
