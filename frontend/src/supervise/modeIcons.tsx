import { CommentOutlined, CustomerServiceOutlined, LoginOutlined, TeamOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import type { SupervisionMode } from "../link/messages";

export const MODE_ICONS: Record<SupervisionMode, ReactNode> = {
  listen: <CustomerServiceOutlined />,
  whisper: <CommentOutlined />,
  barge: <TeamOutlined />,
  take_over: <LoginOutlined />,
};
