import type { ModelCapacity } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { rateText, shareText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";

/** What each replica of a model serves, and what a router should send it. */
export function ReplicaTable({
  model: { replicas },
}: {
  readonly model: ModelCapacity;
}): ReactNode {
  const text = CAPACITY_TEXT.replicas;
  return (
    <details>
      <summary>{text.summary}</summary>
      <WidePlace label={text.summary}>
        <table>
          <caption>{text.caption}</caption>
          <TableHead
            texts={[text.replica, text.cards]}
            numbers={[text.weight, text.most, text.slowdown]}
          />
          <tbody>
            {replicas.map(({ replica, gpus, weight, mostRequestsPerSecond, slowdown }) => (
              <tr key={replica}>
                <th scope="row" className="numeric">
                  {replica + 1}
                </th>
                <td>{gpus.join(", ")}</td>
                <td className="numeric">{shareText(weight)}</td>
                <td className="numeric">{rateText(mostRequestsPerSecond)}</td>
                <td className="numeric">{shareText(slowdown - 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WidePlace>
    </details>
  );
}
