import type { PlannedModel } from "../placement/planned-model.ts";
import type { Attempt, Dial, Family, Looking, Refused, RemedyKind } from "./remedy.ts";
import { attemptsOf } from "./remedy-dial.ts";
import { noHigher } from "./remedy-others.ts";
import { otherPrecision } from "./remedy-precision.ts";
import { fewerSequences, shorterSequences, smallerBatch, smallerKv } from "./remedy-settings.ts";
import { fewerReplicas } from "./remedy-wishes.ts";

/** What asks less of a model, whichever it is; where there are several, the first that works is enough. */
export type Less = readonly (Family | Dial)[];

/** What may be asked less of another model, in the order of what that costs those who use it. */
export const LESS_OF_OTHERS: readonly { readonly kind: RemedyKind; readonly less: Less }[] = [
  { kind: "other-sequences", less: [fewerSequences, smallerBatch] },
  { kind: "other-length", less: [shorterSequences] },
  { kind: "other-kv-dtype", less: [smallerKv] },
  { kind: "other-replicas", less: [fewerReplicas] },
  { kind: "other-precision", less: [otherPrecision] },
];

/** The same, one after another: of models of no higher priority that may be in the way. */
export const lessOfOthers: readonly Family[] = LESS_OF_OTHERS.map(({ kind, less }) => ({
  kind,
  *attempts(refused, looking) {
    for (const other of inTheWay(refused, looking)) {
      for (const one of less) {
        yield* attemptsOf(ofOther(one, other), refused, looking);
      }
    }
  },
}));

/** Others that are asked for less at the most, where it is not known who is in the way. */
const MOST_OTHERS = 8;

/** Models of no higher priority that may be in the way, those first that are asked for less first. */
export function inTheWay(refused: Refused, looking: Looking): readonly PlannedModel[] {
  return noHigher(refused)
    .filter(({ name }) => looking.isInTheWay(name))
    .slice(0, MOST_OTHERS);
}

/** What asks less of a model, asked of another than the one without a place. */
export function ofOther(less: Family | Dial, other: PlannedModel): Family | Dial {
  const seen = (refused: Refused): Refused => ({ ...refused, model: other });
  if ("values" in less) {
    return {
      kind: less.kind,
      values: (refused) => less.values(seen(refused)),
      attempt: (refused, value) => onOther(less.attempt(seen(refused), value), other),
    };
  }
  return {
    kind: less.kind,
    *attempts(refused, looking) {
      for (const attempt of less.attempts(seen(refused), looking)) {
        yield onOther(attempt, other);
      }
    },
  };
}

function onOther(
  { change, model, say, looser }: Attempt,
  { name }: Pick<PlannedModel, "name">,
): Attempt {
  return {
    change: { others: { [name]: change } },
    eases: name,
    others: (each) => (each.name === name ? (model?.(each) ?? each) : each),
    say: (placed) => say(placed, name),
    ...(looser === undefined ? {} : { looser: onOther(looser, { name }) }),
  };
}
