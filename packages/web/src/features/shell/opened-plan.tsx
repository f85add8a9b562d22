import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { openedShown } from "../../state/selectors.ts";
import { OPENED_TEXT } from "../../text/opened-en.ts";

/** That what is shown is a plan from a file, and how to plan it anew. */
export function OpenedPlan(): ReactNode {
  const { store } = usePlannerParts();
  const opened = usePlanner(openedShown);
  if (opened === undefined) {
    return null;
  }
  const { name, plan, isFleetMade } = opened;
  const left = isFleetMade ? plan.unplaced.length : 0;
  return (
    <section className="notice" aria-label={OPENED_TEXT.label}>
      <p>
        {OPENED_TEXT.shown(name)} {isFleetMade && OPENED_TEXT.made}{" "}
        {left > 0 && OPENED_TEXT.left(left)}
      </p>
      <Button className="button" onPress={() => store.setState({ opened: undefined })}>
        {OPENED_TEXT.again}
      </Button>
    </section>
  );
}
