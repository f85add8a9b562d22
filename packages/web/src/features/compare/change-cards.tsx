import type { PlanGpu } from "@berth/core";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "react-aria-components";
import type { CardChange } from "../../state/card-change.ts";
import { groupsOf } from "../../state/groups-of.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { cardsShown } from "../../state/selectors.ts";
import { tryChange } from "../../state/trial.ts";
import { COMPARE_TEXT } from "../../text/compare-en.ts";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { TriedCards } from "./tried-cards.tsx";

const KINDS = ["add", "lose", "swap"] as const;

/** What a person has chosen so far; what does not matter for a kind of change stays for the next. */
interface Chosen {
  readonly kind: CardChange["kind"];
  readonly host: string;
  readonly card: string;
  readonly gpu: string;
}

const FIRST: Chosen = { kind: "add", host: "", card: "", gpu: "rtx-4090" };

/** A form for one card more, less, or another in its place; each try comes on top of those before. */
export function ChangeCards(): ReactNode {
  const { store, clients } = usePlannerParts();
  const cards = useTriedCards();
  const [wanted, setChosen] = useState(FIRST);
  const text = COMPARE_TEXT;
  const chosen = settled(wanted, cards);
  if (cards.length === 0) {
    return <p className="hint">{text.noCards}</p>;
  }
  return (
    <section className="change-cards" aria-labelledby="change-cards-title">
      <h3 id="change-cards-title">{text.change}</h3>
      <p className="hint">{text.lead}</p>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void tryChange(store, clients, changeOf(chosen));
        }}
      >
        <ChangeFields
          chosen={chosen}
          cards={cards}
          onChange={(part) => setChosen({ ...chosen, ...part })}
        />
        <Button type="submit" className="button primary">
          {text.tryIt}
        </Button>
      </form>
      <TriedCards />
    </section>
  );
}

function ChangeFields({
  chosen: { kind, host, card, gpu },
  cards,
  onChange,
}: {
  readonly chosen: Chosen;
  readonly cards: readonly PlanGpu[];
  readonly onChange: (part: Partial<Chosen>) => void;
}): ReactNode {
  const text = COMPARE_TEXT;
  const catalog = usePlanner((state) => state.catalog);
  const hosts = useMemo(
    () => groupsOf(cards, ({ host: of }) => of).map(([id]) => ({ id, text: id })),
    [cards],
  );
  const places = useMemo(
    () => cards.map(({ id, name }) => ({ id, text: `${id}, ${name}` })),
    [cards],
  );
  const gpus = useMemo(
    () => (catalog?.gpus ?? []).map(({ id, name }) => ({ id, text: name })),
    [catalog],
  );
  return (
    <>
      <ChoiceSetting
        label={text.what}
        value={kind}
        choices={KINDS.map((id) => ({ id, text: text.kinds[id] }))}
        onChange={(id) => onChange({ kind: KINDS.find((one) => one === id) ?? kind })}
      />
      {kind === "add" ? (
        <ChoiceSetting
          label={text.host}
          value={host}
          choices={hosts}
          onChange={(id) => onChange({ host: id })}
        />
      ) : (
        <ChoiceSetting
          label={text.card}
          value={card}
          choices={places}
          onChange={(id) => onChange({ card: id })}
        />
      )}
      {kind !== "lose" && (
        <ChoiceSetting
          label={text.gpu}
          value={gpu}
          choices={gpus}
          onChange={(id) => onChange({ gpu: id })}
        />
      )}
    </>
  );
}

/** The cards with what is tried already, since the next change comes on top. */
function useTriedCards(): readonly PlanGpu[] {
  const shown = usePlanner(cardsShown);
  const tried = usePlanner(({ trial, history }) =>
    trial?.base === history.present ? trial.plan?.gpus : undefined,
  );
  return tried ?? shown;
}

/** Names that are there: the first ones where what was chosen is gone. */
function settled(chosen: Chosen, cards: readonly PlanGpu[]): Chosen {
  const [first] = cards;
  return {
    ...chosen,
    host: cards.some(({ host }) => host === chosen.host) ? chosen.host : (first?.host ?? ""),
    card: cards.some(({ id }) => id === chosen.card) ? chosen.card : (first?.id ?? ""),
  };
}

function changeOf({ kind, host, card, gpu }: Chosen): CardChange {
  switch (kind) {
    case "add":
      return { kind, host, gpu };
    case "lose":
      return { kind, card };
    default:
      return { kind, card, gpu };
  }
}
