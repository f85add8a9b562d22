import { sources } from "../catalog/catalog.ts";
import type { LawSymbol } from "../memory/symbols.ts";
import type { Basis } from "../report/sourced.ts";

/** One number of a plan: its law, the law with the values put in, the meaning of each symbol, its sources. */
export interface ExplainedNumber {
  /** What it is a number of: "chat on box1:0", "box1:0". */
  readonly subject: string;
  readonly id: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** In mathjs' spelling: "byte", "token", "1", "s", "s / token", "s^-1", "token / s" and the like. */
  readonly unit: string;
  readonly basis: Basis;
  /** A mathjs expression. */
  readonly law: string;
  /** The law with the values put in. */
  readonly filled: string;
  readonly symbols: readonly {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    readonly meaning: string;
  }[];
  readonly sources: readonly {
    readonly id: string;
    readonly title: string;
    readonly url: string | null;
  }[];
}

/** A number with its law, before symbols and sources are looked up. */
export interface Derived {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly law: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The same with what it rests on, where that is more than other numbers. */
export interface Founded extends Derived {
  readonly low?: number;
  readonly high?: number;
  readonly basis?: Basis;
  /** Ids of data/sources.json. */
  readonly sources?: readonly string[];
}

/** The number with its law filled in, and the meaning of every symbol that the table has. */
export function explainedNumber(
  subject: string,
  { id, value, unit, law, values, ...founded }: Founded,
  symbols: Readonly<Record<string, LawSymbol>>,
): ExplainedNumber {
  return {
    subject,
    id,
    unit,
    law,
    filled: fillLaw(law, values),
    symbols: Object.entries(values).map(([name, own]) => {
      const known = symbolOf(name, symbols);
      return { name, value: own, unit: unitOf(name, known), meaning: known?.meaning ?? name };
    }),
    value,
    low: founded.low ?? value,
    high: founded.high ?? value,
    basis: founded.basis ?? "derived",
    sources: (founded.sources ?? []).map(sourceOf),
  };
}

/** The row of a symbol; several of a kind are numbered: window_1, window_2. */
function symbolOf(
  name: string,
  symbols: Readonly<Record<string, LawSymbol>>,
): LawSymbol | undefined {
  return symbols[name] ?? symbols[name.replace(/_\d+$/, "")];
}

/** The unit that the value is in: a size in MiB has the dimension byte, and the law makes bytes of it. */
function unitOf(name: string, known: LawSymbol | undefined): string {
  const unit = known?.unit ?? "1";
  return /(^|_)mib$/.test(name) ? unit.replace("byte", "MiB") : unit;
}

/** The law with every symbol replaced by its value. */
function fillLaw(law: string, values: Readonly<Record<string, number>>): string {
  return law.replace(/[a-z_]\w*/gi, (name) =>
    Object.hasOwn(values, name) ? String(values[name]) : name,
  );
}

function sourceOf(id: string): ExplainedNumber["sources"][number] {
  const row = sources()[id];
  return { id, title: row?.title ?? id, url: row?.url ?? null };
}
