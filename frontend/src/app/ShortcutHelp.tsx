import { QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Modal, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useShortcutKeys } from "../softphone/shortcuts";
import { useCommands } from "../softphone/useCommands";

/** The keys there are, shown by "?" and by the button beside the person. "/" goes to the page's search. */
export function ShortcutHelp({ works }: { works: boolean }) {
  const { t } = useTranslation();
  const keys = useShortcutKeys();
  const commands = useCommands();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      // Chinese keyboards give the wide question mark.
      if (event.key === "?" || event.key === "？") setOpen((shown) => !shown);
      else if (event.key === "/") document.querySelector<HTMLElement>("[data-search]")?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  const rows = (entries: [string, string][]) => (
    <dl className="shortcut-list">
      {entries.map(([key, label]) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd>{key ? <kbd>{key}</kbd> : "–"}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <>
      <Tooltip title={`${t("shortcut.help")} (?)`}>
        <Button
          type="text"
          className="shell-help"
          icon={<QuestionCircleOutlined />}
          aria-label={t("shortcut.help")}
          onClick={() => setOpen(true)}
          data-testid="help"
        />
      </Tooltip>
      <Modal open={open} title={t("shortcut.help")} footer={null} width={720} onCancel={() => setOpen(false)}>
        <div data-testid="shortcut-help">
          {works && (
            <>
              <h3 className="shortcut-group">
                <span className="grow">{t("shortcut.group_call")}</span>
                <Link to="/settings" onClick={() => setOpen(false)}>
                  {t("shortcut.change")}
                </Link>
              </h3>
              {rows(commands.map((command) => [keys[command], t(`shortcut.${command}`)]))}
              <h3 className="shortcut-group">{t("shortcut.group_page")}</h3>
            </>
          )}
          {rows([
            ["?", t("shortcut.help")],
            ["/", t("shortcut.search")],
            ["Enter", t("shortcut.save")],
            ["Esc", t("shortcut.close")],
          ])}
        </div>
      </Modal>
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
