import { UploadOutlined } from "@ant-design/icons";
import { App, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { RowButton } from "./ResourcePage";

const LARGEST = 10 * 1024 * 1024;

interface Props {
  /** Where the file is put. */
  path: string;
  label: string;
  /** Sends it, and says how that went. */
  change: (action: () => Promise<unknown>) => Promise<void>;
}

/** A button that uploads a WAV or MP3 file. */
export function SoundUpload({ path, label, change }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const upload = (file: File) => {
    if (file.size > LARGEST) void message.error(t("prompts.too_large"));
    else {
      const body = new FormData();
      body.append("file", file);
      void change(() => api(path, { method: "PUT", body }));
    }
    return false;
  };
  return (
    <Upload accept=".wav,.mp3,audio/wav,audio/mpeg" showUploadList={false} beforeUpload={upload}>
      <RowButton icon={<UploadOutlined />} label={label} onClick={() => {}} />
    </Upload>
  );
}
