import type { PlanDocument } from "@berth/core";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { applyRemedy } from "../../state/apply-remedy.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { cardsShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";

type Unplaced = PlanDocument["unplaced"][number];

const NONE: readonly Unplaced[] = [];

/** Models without a place: why, and what would help, as buttons that do it. */
export function UnplacedList(): ReactNode {
  const unplaced = usePlanner((state) => state.planning.plan?.unplaced ?? NONE);
  return unplaced.map((model) => <UnplacedEntry key={model.model} unplaced={model} />);
}

function UnplacedEntry({ unplaced }: { readonly unplaced: Unplaced }): ReactNode {
  const { model, reasons, remedies, remediesCut } = unplaced;
  const text = TEXT.unplaced;
  const editFleet = usePlanner((state) => state.editFleet);
  const cards = usePlanner(cardsShown);
  const isInFleet = usePlanner(({ parsed }) =>
    parsed.fleet.models.some(({ name }) => name === model),
  );
  const isFromInventory = usePlanner((state) => state.parsed.fleet.inventory !== undefined);
  return (
    <section className="unplaced" aria-label={text.title(model)}>
      <h3>{text.title(model)}</h3>
      {reasons.slice(0, 2).map((reason) => (
        <p key={reason.text}>{reason.text}</p>
      ))}
      <h4>{text.remedies}</h4>
      {remedies.length === 0 && <p className="hint">{text.none}</p>}
      <ul className="plain-list">
        {remedies.map((remedy) => (
          <li key={remedy.text} className="remedy">
            <span>
              {remedy.text}
              {isFromInventory && "addGpus" in remedy.change && (
                <span className="hint"> {text.needsCards}</span>
              )}
            </span>
            {isInFleet && (
              <Button
                className="button"
                onPress={() =>
                  editFleet((fleet) => applyRemedy(fleet, { model, change: remedy.change }, cards))
                }
              >
                {text.apply}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!isInFleet && remedies.length > 0 && <p className="hint">{text.notInFleet}</p>}
      {remediesCut !== undefined && <p className="hint">{text.cut[remediesCut]}</p>}
    </section>
  );
}
