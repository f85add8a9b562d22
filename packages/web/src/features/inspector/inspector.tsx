import { formatGib } from "@berth/core";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";
import { quantity, termName } from "../../text/say.ts";
import { TeX } from "../../ui/tex.tsx";
import type { LawNumber } from "../../worker/protocol.ts";
import { LinkList } from "./link-list.tsx";

/** The numbers of what is chosen: law, values put in, bounds, sources. */
export function Inspector(): ReactNode {
  const selection = usePlanner((state) => state.selection);
  const numbers = useNumbers();
  const text = TEXT.inspector;
  const wanted = useMemo(
    () =>
      selection.term === undefined
        ? []
        : numbers.filter((number) => isWanted(number, selection.term)),
    [numbers, selection.term],
  );
  const others = numbers.filter((number) => !wanted.includes(number));
  return (
    <aside className="inspector" aria-labelledby="inspector-title">
      <h2 id="inspector-title">
        {selection.gpu === undefined && selection.model === undefined
          ? text.title
          : [selection.model, selection.gpu].filter((part) => part !== undefined).join(", ")}
      </h2>
      {numbers.length === 0 && <p className="hint">{text.nothing}</p>}
      {wanted.map((number) => (
        <NumberDetail key={`${number.subject}/${number.id}`} number={number} />
      ))}
      <LinkList />
      {others.length > 0 && <OtherNumbers numbers={others} isOpenFirst={wanted.length === 0} />}
    </aside>
  );
}

/** Folded where there is something else to look at, and drawn when it is opened: formulas take their time. */
function OtherNumbers({
  numbers,
  isOpenFirst,
}: {
  readonly numbers: readonly LawNumber[];
  readonly isOpenFirst: boolean;
}): ReactNode {
  const [isOpen, setIsOpen] = useState(isOpenFirst);
  useEffect(() => setIsOpen(isOpenFirst), [isOpenFirst]);
  return (
    <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{TEXT.inspector.others}</summary>
      {isOpen &&
        numbers.map((number) => (
          <NumberDetail key={`${number.subject}/${number.id}`} number={number} />
        ))}
    </details>
  );
}

/** The laws behind the selection, asked of the worker. */
function useNumbers(): readonly LawNumber[] {
  const { clients } = usePlannerParts();
  const plan = usePlanner((state) => state.planning.plan);
  const { gpu, model } = usePlanner((state) => state.selection);
  const [numbers, setNumbers] = useState<readonly LawNumber[]>([]);
  useEffect(() => {
    let isCurrent = true;
    if (plan === undefined || (gpu === undefined && model === undefined)) {
      setNumbers([]);
      return;
    }
    const ask = {
      plan,
      ...(gpu === undefined ? {} : { gpu }),
      ...(model === undefined ? {} : { model }),
    };
    clients.quick.ask("explain", ask).then(
      (answer) => isCurrent && setNumbers(answer),
      () => isCurrent && setNumbers([]),
    );
    return () => {
      isCurrent = false;
    };
  }, [clients, plan, gpu, model]);
  return numbers;
}

/** A card's parts are called otherwise in its explanation. */
const EXPLAINED_AS: Readonly<Record<string, readonly string[]>> = {
  kv: ["kv-pool", "kv-tokens", "fraction"],
  free: ["free"],
  others: ["others", "free"],
  reserve: ["reserve", "free"],
};

function isWanted({ id }: LawNumber, term: string | undefined): boolean {
  return term !== undefined && (EXPLAINED_AS[term]?.includes(id) ?? id === term);
}

function NumberDetail({ number }: { readonly number: LawNumber }): ReactNode {
  const text = TEXT.inspector;
  const { id, subject, value, low, high, unit, basis, tex, filled, symbols, sources } = number;
  return (
    <section className="number">
      <h3>
        {termName(id)} <span className="amount">{quantity(value, unit)}</span>
      </h3>
      <p className="hint">
        {subject}; {text.basis[basis] ?? basis}.{" "}
        {low !== high && text.bounds(quantity(low, unit), quantity(high, unit))}
      </p>
      <TeX tex={tex} label={text.formula(termName(id))} />
      <p className="filled">
        <span className="hint">{text.filled}:</span> <code>{filled}</code>
      </p>
      <dl className="symbols">
        {symbols.map(({ name, value: of, unit: symbolUnit, meaning }) => (
          <div key={name}>
            <dt>
              <code>{name}</code> ={" "}
              {symbolUnit === "byte" ? formatGib(of) : quantity(of, symbolUnit)}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      {sources.length > 0 && (
        <p className="hint">
          {text.sources}:{" "}
          {sources.map(({ id: source, title, url }, place) => (
            <span key={source}>
              {place > 0 && "; "}
              {url === null ? title : <a href={url}>{title}</a>}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}
