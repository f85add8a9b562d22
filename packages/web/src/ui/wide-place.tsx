import type { ReactNode } from "react";

/** A place for what may be wider than the page: it scrolls by itself, by arrow keys too. */
export function WidePlace({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <div className="tables" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
