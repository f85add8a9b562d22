import type { PlannedModel } from "../../placement/planned-model.ts";
import { attemptsOf } from "./dial.ts";
import { noHigher, othersIn } from "./others.ts";
import type { Attempt, Kind, Looking, Means, Refused } from "./remedy.ts";

/** What is tried of a kind of change: of the model itself, or of one other model after another. */
export function* attemptsFor(kind: Kind, refused: Refused, looking: Looking): Iterable<Attempt> {
  for (const means of kind.means) {
    if (kind.of === undefined) {
      yield* attemptsOf(means, refused, looking);
    }
  }
  for (const other of concerned(kind, refused, looking)) {
    for (const means of kind.means) {
      yield* attemptsOf(ofOther(means, other), refused, looking);
    }
  }
}

/** Others that are asked for less at the most, where it is not known who is in the way. */
const MOST_OTHERS = 8;

/** The others that may be in the way and whose settings such a change may touch, those first that are asked for less first. */
export function concerned(
  { of }: Pick<Kind, "of">,
  refused: Refused,
  { isInTheWay }: Pick<Looking, "isInTheWay">,
): readonly PlannedModel[] {
  if (of === undefined) {
    return [];
  }
  return (of === "others" ? othersIn(refused) : noHigher(refused))
    .filter(({ name }) => isInTheWay(name))
    .slice(0, MOST_OTHERS);
}

/** What changes a model's settings, done to another than the one without a place. */
export function ofOther(means: Means, other: PlannedModel): Means {
  const seen = (refused: Refused): Refused => ({
    ...refused,
    model: other,
    beside: refused.model,
  });
  if ("values" in means) {
    return {
      values: (refused) => means.values(seen(refused)),
      attempt: (refused: Refused, value: number) =>
        onOther(means.attempt(seen(refused), value), other),
    };
  }
  if ("names" in means) {
    return {
      names: (refused) => means.names(seen(refused)),
      attempt: (refused: Refused, names: readonly string[]) =>
        onOther(means.attempt(seen(refused), names), other),
    };
  }
  return {
    *attempts(refused, looking) {
      for (const attempt of means.attempts(seen(refused), looking)) {
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
