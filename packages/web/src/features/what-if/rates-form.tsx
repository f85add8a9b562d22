import { type ReactNode, useMemo } from "react";
import { Button } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { WHAT_IF_RUN_TEXT } from "../../text/what-if-run-en.ts";
import { SearchChoice } from "../../ui/search-choice.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import type { WhatIfWish } from "../../worker/what-if-protocol.ts";

/** What stands for every card that fits into a slot, as on the command line. */
const ANY = "any";

/** How many times the rates, which rates, and which cards to try. */
export function RatesForm({
  wish: { scaleRate, rate, buy },
  onChange,
}: {
  readonly wish: WhatIfWish;
  readonly onChange: (part: Partial<WhatIfWish>) => void;
}): ReactNode {
  const text = WHAT_IF_RUN_TEXT;
  const catalog = usePlanner((state) => state.catalog);
  const hasRates = usePlanner(({ parsed }) =>
    parsed.fleet.models.some(({ workload }) => workload !== undefined),
  );
  const cards = useMemo(
    () => [
      { id: ANY, text: text.any },
      ...(catalog?.gpus ?? []).map(({ id, name }) => ({ id, text: name, note: id })),
    ],
    [catalog],
  );
  const nameOf = (id: string) => cards.find((card) => card.id === id)?.text ?? id;
  return (
    <>
      <div className="rate-fields">
        <TextSetting
          label={text.scaleRate}
          value={scaleRate === undefined ? "" : String(scaleRate)}
          problemOf={(typed) => (isScale(typed) ? undefined : text.badScale)}
          onChange={(typed) => onChange({ scaleRate: typed === "" ? undefined : Number(typed) })}
        />
        <TextSetting
          label={text.rate}
          value={rate}
          placeholder={text.ratePlaceholder}
          hint={text.rateHint}
          onChange={(typed) => onChange({ rate: typed })}
        />
        <SearchChoice
          label={text.cards}
          items={cards}
          placeholder={text.cardsPlaceholder}
          empty={text.noCard}
          onChoose={(id) => onChange({ buy: [...new Set([...buy, id])] })}
        />
      </div>
      {!hasRates && <p className="hint">{text.noRates}</p>}
      {buy.length > 0 && (
        <ul className="chips plain-list" aria-label={text.chosen}>
          {buy.map((id) => (
            <li key={id} className="chip tried">
              {nameOf(id)}{" "}
              <Button
                className="button quiet"
                aria-label={text.leaveOut(nameOf(id))}
                onPress={() => onChange({ buy: buy.filter((one) => one !== id) })}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Empty for no change of rates. */
function isScale(text: string): boolean {
  const value = Number(text);
  return text.trim() === "" || (value > 0 && Number.isFinite(value));
}
