import type { Choice } from "../choice.ts";
import { choicesAt } from "../choices.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { KeptFor } from "../without-beaten.ts";
import { type Group, groupsOf } from "./groups.ts";
import { type PriceClass, priceClasses } from "./paid.ts";
import { type AskedCase, caseAmount, type Measure, type Question, wayAmount } from "./question.ts";

/** A kind of place on a card: of a pool, for one model, with so many bytes at least. */
export interface Place {
  readonly pool: number;
  /** Position of the model in the question. */
  readonly asked: number;
  readonly need: number;
}

/** One way to run one replica of a model in one of its cases. */
export interface Way {
  readonly asked: number;
  /** Position among all cases of the question. */
  readonly state: number;
  readonly choice: Choice;
  /** Places that a replica takes, and how many of each. */
  readonly places: readonly { readonly place: number; readonly count: number }[];
}

/** A case of a model, with the ways that its replicas may take. */
export interface State {
  readonly asked: number;
  readonly own: AskedCase;
  /** Replicas to be placed; none where the model is left out. */
  readonly replicas: number;
  /** Positions of its ways. */
  readonly ways: readonly number[];
}

/** A question with all that may be chosen listed, everything by position. */
export interface Listed {
  readonly fleet: FleetIndex;
  readonly question: Question;
  readonly places: readonly Place[];
  /** Places of one pool and model, the smallest first: a larger one serves who needs a smaller one. */
  readonly chains: readonly (readonly number[])[];
  readonly ways: readonly Way[];
  readonly states: readonly State[];
  /** Positions of the states of each model. */
  readonly statesOf: readonly (readonly number[])[];
  readonly groups: readonly Group[];
  /** None where prices are no matter. */
  readonly classes: readonly PriceClass[];
}

/** Everything that a layout may consist of; ways that others beat in all that matters are left out. */
export function listWays(fleet: FleetIndex, question: Question): Listed {
  const places = new Places();
  const ways: Way[] = [];
  const states: State[] = [];
  const keptFor = keptForIn(question);
  const statesOf = question.models.map(({ model, cases }, asked) =>
    cases.map((own) => {
      const state = states.length;
      const demand = fleet.problem.demands[model];
      const isIn = demand !== undefined && own.level !== undefined;
      const one = { level: own.level ?? 0, keptFor };
      const { choices } = isIn ? choicesAt(fleet, { ...demand, replicas: 1 }, one) : NO_CHOICES;
      const first = ways.length;
      ways.push(
        ...choices.map((choice) => ({ asked, state, choice, places: places.of(asked, choice) })),
      );
      states.push({
        asked,
        own,
        replicas: isIn ? demand.replicas : 0,
        ways: choices.map((_, i) => first + i),
      });
      return state;
    }),
  );
  const groups = groupsOf(ways, states, fleet.mirrors);
  const chains = places.chains();
  const classes = priceClasses(fleet, question);
  return { fleet, question, places: places.all, chains, ways, states, statesOf, groups, classes };
}

const NO_CHOICES: { readonly choices: readonly Choice[] } = { choices: [] };

/** Replicas that all models have to place, each in its largest case. */
export function replicasIn({ states, statesOf }: Listed): number {
  return statesOf.reduce(
    (sum, own) => sum + Math.max(0, ...own.map((state) => states[state]?.replicas ?? 0)),
    0,
  );
}

function keptForIn({ limits }: Question): KeptFor {
  const kinds = limits.map(({ measure }) => measure.kind);
  if (kinds.includes("links") || kinds.includes("mixing")) {
    return "links";
  }
  return kinds.includes("precision") ? "precision" : "room";
}

/** Each kind of place once. */
class Places {
  readonly all: Place[] = [];
  private readonly known = new Map<string, number>();

  of(asked: number, { runs }: Choice): Way["places"] {
    return runs.map(({ pool, need, count }) => {
      const key = `${pool} ${asked} ${need}`;
      const place = this.known.get(key) ?? this.all.length;
      if (place === this.all.length) {
        this.known.set(key, place);
        this.all.push({ pool, asked, need });
      }
      return { place, count };
    });
  }

  chains(): readonly (readonly number[])[] {
    const chains = new Map<string, number[]>();
    this.all.forEach(({ pool, asked }, place) => {
      const key = `${pool} ${asked}`;
      chains.set(key, [...(chains.get(key) ?? []), place]);
    });
    const needOf = (place: number) => this.all[place]?.need ?? 0;
    return [...chains.values()].map((chain) => chain.sort((a, b) => needOf(a) - needOf(b)));
  }
}

/** How much of a measure these counts are, by way and then by state; cards are not known from counts. */
export function amountOf(
  { ways, states }: Listed,
  counts: readonly number[],
  measure: Measure,
): number {
  const ofWays = ways.reduce((sum, way, w) => sum + (counts[w] ?? 0) * wayAmount(measure, way), 0);
  return states.reduce(
    (sum, { own }, s) => sum + (counts[ways.length + s] ?? 0) * caseAmount(measure, own),
    ofWays,
  );
}
