import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import type { CardChange } from "../../state/card-change.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { applyTrial, dropTrial, trialShown } from "../../state/trial.ts";
import { COMPARE_TEXT } from "../../text/compare-en.ts";

/** What is tried, how far it is, and what to do with it. */
export function TriedCards(): ReactNode {
  const { store } = usePlannerParts();
  const trial = usePlanner(trialShown);
  const catalog = usePlanner((state) => state.catalog);
  const isFromInventory = usePlanner(
    ({ parsed, live }) => parsed.fleet.inventory !== undefined || live !== undefined,
  );
  const text = COMPARE_TEXT;
  if (trial === undefined) {
    return null;
  }
  const nameOf = (id: string) => catalog?.gpus.find((gpu) => gpu.id === id)?.name ?? id;
  const { changes, plan, problem, workspace } = trial;
  return (
    <>
      <ul className="chips plain-list" aria-label={text.tried.label}>
        {changes.map((change, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same change may be tried twice, and the order stays
          <li key={place} className="chip tried">
            {changeText(change, nameOf)}
          </li>
        ))}
      </ul>
      <output aria-live="polite">
        {problem !== undefined && <span className="problem">{problem.message}</span>}
        {problem === undefined && plan === undefined && (
          <span className="solving">
            <span className="busy" aria-hidden="true" />
            {text.planning}
          </span>
        )}
      </output>
      <div className="row">
        <Button
          className="button primary"
          isDisabled={workspace === undefined}
          onPress={() => applyTrial(store)}
        >
          {text.apply}
        </Button>
        <Button className="button" onPress={() => dropTrial(store)}>
          {text.drop}
        </Button>
      </div>
      <p className="hint">
        {changes.some(({ kind }) => kind === "lose") && `${text.pins} `}
        {isFromInventory && text.inventory}
      </p>
    </>
  );
}

function changeText(change: CardChange, nameOf: (gpu: string) => string): string {
  const text = COMPARE_TEXT.tried;
  switch (change.kind) {
    case "add":
      return text.add(nameOf(change.gpu), change.host);
    case "lose":
      return text.lose(change.card);
    case "swap":
      return text.swap(nameOf(change.gpu), change.card);
    default:
      return change satisfies never;
  }
}
