import { CloseOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, type InputRef, Popconfirm, Tag } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { InteractionView } from "../link/messages";
import * as desk from "../softphone/desk";
import { useAsk } from "../ui/useAsk";

/** As the core has it (`core/call/requests.py`). */
const LONGEST_NAME = 100;
const LONGEST_VALUE = 4000;

/** The data attached to a call, beside its other facts; everybody in the call sees each change at once. */
export function AttachedData({ interaction, editable }: { interaction: InteractionView; editable: boolean }) {
  const { t } = useTranslation();
  const { run } = useAsk();
  const [edited, setEdited] = useState<string | null>(null);
  const set = (name: string, value: string | null) =>
    run(name, () => desk.setData(interaction.interaction, { [name]: value }));
  return (
    <>
      {Object.entries(interaction.data).map(([name, value]) => (
        <div key={name} style={{ display: "contents" }} data-testid={`data-${name}`}>
          <dt>
            <Tag style={{ margin: 0 }}>{name}</Tag>
          </dt>
          <dd className="row attached">
            {edited === name ? (
              <Value
                was={value}
                done={(typed) => {
                  setEdited(null);
                  if (typed !== value) void set(name, typed || null);
                }}
                cancel={() => setEdited(null)}
              />
            ) : editable ? (
              <>
                <button
                  type="button"
                  className="attached-value"
                  title={t("attached.change")}
                  onClick={() => setEdited(name)}
                >
                  {value}
                </button>
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t("attached.remove", { name })}
                  onClick={() => void set(name, null)}
                />
              </>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
      {editable && (
        <NewData taken={Object.keys(interaction.data)} add={set}>
          {Object.keys(interaction.data).length > 1 && (
            <Popconfirm
              title={t("attached.clear_question")}
              okText={t("attached.clear")}
              okButtonProps={{ danger: true }}
              onConfirm={() => run("clear", () => desk.clearData(interaction.interaction))}
            >
              <Button type="link" size="small" danger icon={<DeleteOutlined />} data-testid="data-clear">
                {t("attached.clear")}
              </Button>
            </Popconfirm>
          )}
        </NewData>
      )}
    </>
  );
}

function Value({ was, done, cancel }: { was: string; done: (typed: string) => void; cancel: () => void }) {
  const [typed, setTyped] = useState(was);
  const given = useRef(false);
  const finish = (then: () => void) => {
    if (given.current) return; // the field that goes away loses the focus, too
    given.current = true;
    then();
  };
  return (
    <Input
      size="small"
      autoFocus
      value={typed}
      maxLength={LONGEST_VALUE}
      data-testid="data-value"
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={() => finish(() => done(typed.trim()))}
      onBlur={() => finish(() => done(typed.trim()))}
      onKeyDown={(event) => event.key === "Escape" && finish(cancel)}
    />
  );
}

function NewData({
  taken,
  add,
  children,
}: {
  taken: string[];
  add: (name: string, value: string) => Promise<boolean>;
  /** Beside the button that begins it. */
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const left = useRef(false);
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const nameField = useRef<InputRef>(null);
  const exists = taken.includes(name.trim());
  const ready = name.trim() !== "" && value.trim() !== "" && !exists;
  const save = async () => {
    if (!ready || !(await add(name.trim(), value.trim()))) return;
    setName("");
    setValue("");
    nameField.current?.focus();
  };
  const close = (event: React.KeyboardEvent) => {
    if (event.key !== "Escape") return;
    left.current = true;
    setOpen(false);
  };
  if (!open)
    return (
      <dd className="attached-new">
        <Button
          type="link"
          size="small"
          icon={<PlusOutlined />}
          autoFocus={left.current}
          onClick={() => setOpen(true)}
          data-testid="data-add"
        >
          {t("attached.add")}
        </Button>
        {children}
      </dd>
    );
  return (
    <dd className="attached-new row">
      <Input
        ref={nameField}
        size="small"
        autoFocus
        value={name}
        maxLength={LONGEST_NAME}
        status={exists ? "error" : ""}
        placeholder={t("attached.name")}
        aria-label={t("attached.name")}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={close}
        data-testid="data-new-name"
      />
      <Input
        size="small"
        value={value}
        maxLength={LONGEST_VALUE}
        placeholder={t("attached.value")}
        aria-label={t("attached.value")}
        onChange={(event) => setValue(event.target.value)}
        onPressEnter={() => void save()}
        onKeyDown={close}
        data-testid="data-new-value"
      />
      <Button size="small" disabled={!ready} onClick={() => void save()} data-testid="data-save">
        {t("attached.save")}
      </Button>
      {exists && <span className="small attached-exists">{t("attached.exists")}</span>}
    </dd>
  );
}
