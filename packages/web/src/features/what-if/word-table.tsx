import type { TextTable } from "@berth/core/changes";
import type { ReactNode } from "react";
import { WidePlace } from "../../ui/wide-place.tsx";

/** A table of the planner's own texts under its caption; a first cell that is a name heads its row. */
export function WordTable({
  caption,
  table: { columns, rows },
}: {
  readonly caption: string;
  readonly table: TextTable;
}): ReactNode {
  const isNumber = (place: number): boolean => columns[place]?.isNumber === true;
  return (
    <WidePlace label={caption}>
      <table className="word-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns may be called alike, and none ever moves
              <Cell key={place} text={title} heads="col" isNumber={isNumber(place)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows may be alike, and are drawn anew together
            <tr key={line}>
              {row.map((text, place) => (
                <Cell
                  // biome-ignore lint/suspicious/noArrayIndexKey: as the columns
                  key={place}
                  text={text}
                  heads={place === 0 && !isNumber(0) ? "row" : undefined}
                  isNumber={isNumber(place)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WidePlace>
  );
}

/** An empty cell heads nothing. */
function Cell({
  text,
  heads,
  isNumber,
}: {
  readonly text: string;
  readonly heads: "col" | "row" | undefined;
  readonly isNumber: boolean;
}): ReactNode {
  const look = isNumber ? "numeric" : undefined;
  return heads === undefined || text === "" ? (
    <td className={look}>{text}</td>
  ) : (
    <th scope={heads} className={look}>
      {text}
    </th>
  );
}
