import type { ModelCapacity, SimulatedRequests } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { targetText, timeText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";
import { MissedBy } from "./missed-by.tsx";

/** Whether the requests of a simulation kept each target, beside what the closed form says of it. */
export function SimulatedTargets({
  model,
  simulated,
}: {
  readonly model: ModelCapacity;
  readonly simulated: SimulatedRequests["targets"];
}): ReactNode {
  const { model: name, targets } = model;
  const text = CAPACITY_TEXT.simulation;
  const words = CAPACITY_TEXT.targets;
  if (simulated.length === 0) {
    return null;
  }
  const state = (isMet: boolean | undefined) => (isMet === true ? words.met : words.missed);
  return (
    <>
      <WidePlace label={text.targets(name)}>
        <table>
          <caption>{text.targets(name)}</caption>
          <TableHead
            texts={[words.target, CAPACITY_TEXT.simulators.closed, text.simulated]}
            numbers={[text.met]}
          />
          <tbody>
            {simulated.map((target) => (
              <tr key={targetText(target)} data-good={target.isMet}>
                <th scope="row">{targetText(target)}</th>
                <td>
                  {state(targets.find((one) => targetText(one) === targetText(target))?.isMet)}
                </td>
                <td className="state">{state(target.isMet)}</td>
                <td className="numeric">{timeText(target.seconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WidePlace>
      {simulated
        .filter(({ isMet }) => !isMet)
        .map((target) => (
          <MissedBy key={targetText(target)} model={model} target={target} />
        ))}
    </>
  );
}
