import type { PlanDocument } from "@berth/core";
import { diffPlans } from "@berth/core/changes";
import { type ReactNode, useMemo } from "react";
import { DiffTables } from "./diff-tables.tsx";
import { diffWords } from "./diff-words.ts";
import { SideBars } from "./side-bars.tsx";

/** A plan under the name that it is compared by. */
export interface Named {
  readonly name: string;
  readonly plan: PlanDocument;
}

/** Two plans: their differences in words, their cards side by side, and tables of both. */
export function Comparison({
  before,
  after,
}: {
  readonly before: Named;
  readonly after: Named;
}): ReactNode {
  const diff = useMemo(() => diffPlans(before.plan, after.plan), [before.plan, after.plan]);
  const words = diffWords(diff, before.plan, after.plan);
  return (
    <>
      <output className="verdict" aria-live="polite">
        {words.map((sentence) => (
          <span key={sentence}>{sentence} </span>
        ))}
      </output>
      {!diff.isSame && (
        <>
          <SideBars diff={diff} before={before} after={after} />
          <DiffTables diff={diff} before={before.name} after={after.name} />
        </>
      )}
    </>
  );
}
