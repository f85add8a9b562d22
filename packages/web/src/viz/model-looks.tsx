import type { ReactNode } from "react";
import type { ModelLook } from "./model-look.ts";

/** Which model looks how. Without a label only eyes need it: what it stands beside says the names. */
export function ModelLooks({
  looks,
  label,
}: {
  readonly looks: ReadonlyMap<string, ModelLook>;
  readonly label?: string;
}): ReactNode {
  return (
    <ul
      className="legend"
      {...(label === undefined ? { "aria-hidden": true } : { "aria-label": label })}
    >
      {[...looks].map(([name, { color, pattern }]) => (
        <li key={name}>
          <svg className="swatch" viewBox="0 0 16 16" aria-hidden="true">
            <rect width="16" height="16" fill={color} />
            {pattern !== "plain" && (
              <rect width="16" height="16" fill={`url(#pattern-${pattern})`} />
            )}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
