import { formatCount } from "@berth/core";
import type { FrontierPoint } from "@berth/core/changes";
import type { ReactNode } from "react";
import { WHAT_IF_TEXT } from "../../text/what-if-en.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";

/** The numbers that the line is drawn from. */
export function FrontierTable({
  frontier,
}: {
  readonly frontier: readonly FrontierPoint[];
}): ReactNode {
  const text = WHAT_IF_TEXT.chart;
  return (
    <details>
      <summary>{text.table}</summary>
      <WidePlace label={text.table}>
        <table>
          <caption>{text.caption}</caption>
          <TableHead numbers={[text.sequences, text.longest, text.tokens]} />
          <tbody>
            {frontier.map(({ sequences, maxSeqLen, kvTokens }) => (
              <tr key={sequences}>
                <th scope="row" className="numeric">
                  {formatCount(sequences)}
                </th>
                <td className="numeric">{formatCount(maxSeqLen)}</td>
                <td className="numeric">{formatCount(kvTokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WidePlace>
    </details>
  );
}
