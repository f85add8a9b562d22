import type { ModelCapacity } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { rateText, shareText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";

const { simulators: text, served, none } = CAPACITY_TEXT;

/** What all methods say of one replica. */
export const METHOD_COLUMNS: readonly string[] = [
  text.running,
  served.kv50,
  served.kv95,
  served.kv99,
  text.waits,
];

interface MethodRow {
  readonly name: string;
  readonly cells: readonly string[];
}

/** The closed form and another method side by side, in rows. */
export function MethodTable({
  caption,
  first = text.method,
  columns,
  rows,
}: {
  readonly caption: string;
  readonly first?: string;
  readonly columns: readonly string[];
  readonly rows: readonly MethodRow[];
}): ReactNode {
  return (
    <WidePlace label={caption}>
      <table>
        <caption>{caption}</caption>
        <TableHead texts={[first]} numbers={columns} />
        <tbody>
          {rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is the one in its column
                <td key={place} className="numeric">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WidePlace>
  );
}

/** What the closed form says in `METHOD_COLUMNS`, of one replica, as the other methods do. */
export function closedCells(model: ModelCapacity): readonly string[] {
  const { concurrency, kvOccupancy, chanceToWait, replicas } = model;
  const { running } = concurrency;
  return [
    running === undefined ? none : rateText(running / replicas.length),
    ...[kvOccupancy?.p50, kvOccupancy?.p95, kvOccupancy?.p99, chanceToWait].map(shareText),
  ];
}

interface Kind {
  readonly replicas: readonly number[];
}

/** "replica 2", or "replicas 1, 3". */
function likesText({ replicas }: Kind): string {
  const numbers = replicas.map((replica) => replica + 1).join(", ");
  return text.replicas(replicas.length, numbers);
}

/** The name, and which of the replicas, where not all are alike. */
export function nameOfKind(name: string, kind: Kind, kinds: readonly Kind[]): string {
  return kinds.length > 1 ? `${name}, ${likesText(kind)}` : name;
}
