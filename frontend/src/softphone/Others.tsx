import { useMyAgent, useMyInteraction } from "../link/store";
import { Conference, LeaveControl } from "./Conference";
import { Consultation } from "./Consultation";
import { functionsOf } from "./functions";
import { useCallIsHere, usePhone } from "./service";

/** Below the telephone's bar, while there is somebody beside customer and agent: who, and what may become of it. */
export function Others() {
  const agent = useMyAgent();
  const interaction = useMyInteraction();
  const phone = usePhone();
  const here = useCallIsHere();
  if (!agent || !interaction || agent.state !== "busy") return null;
  const may = functionsOf({ agent, interaction, phone, here });
  return (
    <section className="phone-others">
      <Conference may={may} interaction={interaction} />
      <Consultation agent={agent} may={may} interaction={interaction} />
      <LeaveControl may={may} interaction={interaction} />
    </section>
  );
}
