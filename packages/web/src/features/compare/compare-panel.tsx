import type { PlanDocument } from "@berth/core";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import type { PlannerState } from "../../state/planner-store.ts";
import { remembered } from "../../state/remembered.ts";
import { trialShown } from "../../state/trial.ts";
import { COMPARE_TEXT } from "../../text/compare-en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { ChangeCards } from "./change-cards.tsx";
import { Comparison, type Named } from "./comparison.tsx";

/** Other cards to try, a plan to keep, and two plans side by side. */
export function ComparePanel(): ReactNode {
  const text = COMPARE_TEXT;
  const pairs = usePlanner(pairsOf);
  const [chosen, setChosen] = useState<string | undefined>();
  const pair = pairs.find(({ id }) => id === chosen) ?? pairs[0];
  return (
    <div className="compare">
      <ChangeCards />
      <KeepPlan />
      {pairs.length > 1 && pair !== undefined && (
        <ChoiceSetting
          label={text.compare}
          value={pair.id}
          choices={pairs.map(({ id, before, after }) => ({
            id,
            text: text.pair(before.name, after.name),
          }))}
          onChange={setChosen}
        />
      )}
      {pair === undefined ? (
        <p className="hint">{text.nothing}</p>
      ) : (
        <Comparison before={pair.before} after={pair.after} />
      )}
    </div>
  );
}

interface Pair {
  readonly id: string;
  readonly before: Named;
  readonly after: Named;
}

/** Every two plans that there are, what is tried first. */
const pairsAmong = remembered(
  (
    now: PlanDocument | undefined,
    kept: PlanDocument | undefined,
    tried: PlanDocument | undefined,
  ): readonly Pair[] => {
    const text = COMPARE_TEXT;
    const named = (name: string, plan: PlanDocument | undefined): readonly Named[] =>
      plan === undefined ? [] : [{ name, plan }];
    const [plan, a, other] = [named(text.now, now), named(text.a, kept), named(text.other, tried)];
    const pairs = (id: string, before: readonly Named[], after: readonly Named[]) =>
      before.flatMap((one) => after.map((two): Pair => ({ id, before: one, after: two })));
    return [
      ...pairs("now-other", plan, other),
      ...pairs("a-now", a, plan),
      ...pairs("a-other", a, other),
    ];
  },
);

function pairsOf(state: PlannerState): readonly Pair[] {
  const { planning, kept } = state;
  return pairsAmong(planning.isSolving ? undefined : planning.plan, kept, trialShown(state)?.plan);
}

function KeepPlan(): ReactNode {
  const { store } = usePlannerParts();
  const plan = usePlanner(({ planning }) => (planning.isSolving ? undefined : planning.plan));
  const kept = usePlanner((state) => state.kept);
  const text = COMPARE_TEXT;
  return (
    <div className="row">
      <Button
        className="button"
        isDisabled={plan === undefined || plan === kept}
        onPress={() => store.setState({ kept: plan })}
      >
        {text.keep}
      </Button>
      {kept !== undefined && (
        <Button className="button" onPress={() => store.setState({ kept: undefined })}>
          {text.forget}
        </Button>
      )}
    </div>
  );
}
