import type { CapacityCurve } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { latencyText, rateText, shareText, timeText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";
import { boundsText } from "./columns.ts";

/** The numbers that the curves are drawn from. */
export function CurveTable({ curve: { points } }: { readonly curve: CapacityCurve }): ReactNode {
  const text = CAPACITY_TEXT.chart;
  const columns = points[0]?.latencies ?? [];
  return (
    <details className="curve-table">
      <summary>{text.table}</summary>
      <WidePlace label={text.table}>
        <table>
          <caption>{text.caption}</caption>
          <TableHead numbers={[text.rate, ...columns.map(latencyText), text.kv]} />
          <tbody>
            {points.map(({ requestsPerSecond, latencies, kvOccupancy }) => (
              <tr key={requestsPerSecond}>
                <th scope="row" className="numeric">
                  {rateText(requestsPerSecond)}
                </th>
                {latencies.map((latency) => (
                  <td key={latencyText(latency)} className="numeric">
                    {timeText(latency.seconds)}
                    <span className="hint below">{boundsText(latency)}</span>
                  </td>
                ))}
                <td className="numeric">{shareText(kvOccupancy?.p95)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </WidePlace>
    </details>
  );
}
