import { useMyAgent, useMyInteraction } from "../link/store";
import { outsideNumber, rings } from "../softphone/part";
import { CallPanel } from "./CallPanel";
import { CustomerCard } from "./CustomerCard";
import { IdlePanel } from "./IdlePanel";
import { RecentList } from "./RecentList";
import { WrapUp } from "./WrapUp";
import "./workbench.css";

/** The agent's desk. The customer's card is there from the offer on, before the telephone rings. */
export function Workbench() {
  const agent = useMyAgent();
  const interaction = useMyInteraction();
  const number = interaction ? outsideNumber(interaction) : "";
  return (
    <div className="page workbench">
      <div className="stack workbench-main">
        {interaction && agent ? (
          <>
            <CallPanel agent={agent} interaction={interaction} />
            {interaction.direction !== "internal" && <CustomerCard interaction={interaction} />}
            {!rings(agent, interaction) && (
              <WrapUp key={interaction.interaction} agent={agent} interaction={interaction} />
            )}
          </>
        ) : (
          <IdlePanel agent={agent} />
        )}
      </div>
      <aside className="stack">
        {number && <RecentList of="customer" number={number} except={interaction?.interaction} />}
        <RecentList of="mine" />
      </aside>
    </div>
  );
}
