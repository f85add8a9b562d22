import type { ReactNode } from "react";

/** The head of a table: columns of texts, then columns of numbers. */
export function TableHead({
  texts = [],
  numbers = [],
}: {
  readonly texts?: readonly string[];
  readonly numbers?: readonly string[];
}): ReactNode {
  return (
    <thead>
      <tr>
        {[...texts, ...numbers].map((name, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns may be called alike, and none ever moves
          <th key={place} scope="col" className={place < texts.length ? undefined : "numeric"}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
