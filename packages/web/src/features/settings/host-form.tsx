import type { FleetFile } from "@berth/core";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { changeHost } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { SETTINGS_TEXT } from "../../text/settings-en.ts";
import type { Values } from "./field.ts";
import { FieldGrid } from "./field-groups.tsx";
import { CARD_FIELDS, HOST_FIELDS } from "./fields.ts";

type Host = NonNullable<FleetFile["hosts"]>[number];

/** What a person may say of a host and of single cards of it. */
export function HostForm({ name }: { readonly name: string }): ReactNode {
  const host = usePlanner((state) => state.parsed.fleet.hosts?.find((each) => each.name === name));
  const editFleet = usePlanner((state) => state.editFleet);
  const change = (key: string, value: unknown) =>
    editFleet((fleet) => changeHost(fleet, name, { [key]: value }));
  return (
    <div className="stack">
      <FieldGrid fields={HOST_FIELDS} values={{ ...host }} onChange={change} />
      <SingleCards cards={host?.cards ?? []} onChange={(cards) => change("cards", cards)} />
    </div>
  );
}

type Cards = NonNullable<Host["cards"]>;

/** Settings of single cards, a block each. */
function SingleCards({
  cards,
  onChange,
}: {
  readonly cards: Cards;
  readonly onChange: (cards: readonly Values[] | undefined) => void;
}): ReactNode {
  const text = SETTINGS_TEXT.host;
  const changed = (place: number, key: string, value: unknown) =>
    cards.map((card, at) => defined(at === place ? { ...card, [key]: value } : { ...card }));
  return (
    <>
      {cards.map((card, place) => {
        const index = [card.index].flat().join(", ");
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: settings have no name of their own, and stay in order
          <fieldset key={place} className="single-card">
            <legend>{text.card(index)}</legend>
            <FieldGrid
              fields={CARD_FIELDS}
              values={{ ...card }}
              onChange={(key, value) => onChange(changed(place, key, value))}
            />
            <Button
              className="button"
              aria-label={text.removeCard(index)}
              onPress={() => {
                const rest = cards.filter((_, at) => at !== place);
                onChange(rest.length === 0 ? undefined : rest.map((each) => ({ ...each })));
              }}
            >
              ×
            </Button>
          </fieldset>
        );
      })}
      <Button
        className="button"
        onPress={() => onChange([...cards.map((card) => ({ ...card })), { index: nextOf(cards) }])}
      >
        {text.addCard}
      </Button>
    </>
  );
}

/** The first card that has no settings yet. */
function nextOf(cards: Cards): number {
  const taken = new Set(cards.flatMap(({ index }) => index));
  let next = 0;
  while (taken.has(next)) {
    next += 1;
  }
  return next;
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
