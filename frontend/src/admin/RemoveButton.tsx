import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";

/** Takes a line out of a form's list; nothing is gone before the form is saved. */
export function RemoveButton({ onClick, small }: { onClick: () => void; small?: boolean }) {
  const { t } = useTranslation();
  return (
    <Button
      type="text"
      size={small ? "small" : "middle"}
      className="danger"
      icon={<CloseOutlined />}
      aria-label={t("common.remove")}
      onClick={onClick}
    />
  );
}
