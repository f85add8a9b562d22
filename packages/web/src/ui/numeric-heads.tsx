import type { ReactNode } from "react";

/** The head of a table whose columns all hold numbers. */
export function NumericHeads({ names }: { readonly names: readonly string[] }): ReactNode {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col" className="numeric">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
