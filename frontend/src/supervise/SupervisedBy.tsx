import { EyeOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { AgentView } from "../link/messages";
import { useLink } from "../link/store";

/** A mark that supervisors are at the agent's call, with their names; nothing where none is, or none is to be seen. */
export function SupervisedBy({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const agents = useLink((state) => state.view?.agents);
  const at = agent.supervised_by.filter((it) => it.connected);
  if (at.length === 0) return null;
  const words = at
    .map((it) => t(`supervision.by_${it.mode}`, { name: agents?.[it.supervisor]?.name ?? it.supervisor }))
    .join(" · ");
  return (
    <Tooltip title={words}>
      <EyeOutlined role="img" aria-label={words} data-testid={`supervised-${agent.agent}`} />
    </Tooltip>
  );
}
