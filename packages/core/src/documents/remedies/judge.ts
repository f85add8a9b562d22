import type { Verdict } from "../../placement/quick-xplain.ts";
import type { ConflictOracle } from "../conflict.ts";
import { MODEL_REQUIREMENTS, without } from "../model-requirements.ts";
import { type Ask, policiesOf, wishesOf } from "../relaxed-fleet.ts";
import type { Base } from "./loss.ts";
import { wishesIn } from "./promise.ts";
import type { Looking, Refused } from "./remedy.ts";

/** Asks the oracle; of a large fleet it knows nothing, and only what the model itself gives up is tried. */
export function judgeOf({
  refused,
  oracle,
  glance,
  base,
}: {
  readonly refused: Refused;
  readonly oracle: ConflictOracle;
  readonly glance: Looking["glance"];
  readonly base?: Base;
}): Looking["judge"] {
  const judge = oracle.isLarge
    ? judgeByTrial(refused, oracle, glance)
    : judgeByProof(refused, oracle);
  return base === undefined
    ? judge
    : (isGivenUp) => judge((wish) => base.gives(wish) || isGivenUp(wish));
}

function judgeByProof(refused: Refused, oracle: ConflictOracle): Looking["judge"] {
  const { placed } = refused;
  const left = new Set(placed.solution.unplaced);
  const { name: own } = refused.model;
  // as they were written, whatever is given up in any case
  const written = oracle.written.models;
  const models = [
    ...written.filter(({ name }) => name === own),
    ...written.filter(({ name }) => name !== own && !left.has(name)),
  ];
  const places = models.flatMap((each): readonly Ask[] => [
    { of: "model", model: each, requirement: undefined },
    ...wishesOf(each, oracle.written),
  ]);
  const asks = [...places, ...policiesOf(oracle.written)];
  oracle.restart();
  const answers = new Map<string, Verdict>();
  return (isGivenUp) => {
    const kept = asks.map((ask) => !wishesIn([ask]).some(isGivenUp));
    const answer = answers.get(kept.join()) ?? oracle.judge(asks.filter((_, i) => kept[i]));
    answers.set(kept.join(), answer);
    return answer;
  };
}

function judgeByTrial(
  refused: Refused,
  { written }: ConflictOracle,
  glance: Looking["glance"],
): Looking["judge"] {
  const { name } = refused.model;
  const model = written.models.find((each) => each.name === name) ?? refused.model;
  const answers = new Map<string, Verdict>();
  return (isGivenUp) => {
    const dropped = MODEL_REQUIREMENTS.filter(
      ({ kind, said }) => said(model, written) !== undefined && isGivenUp({ kind, model: name }),
    );
    const key = dropped.map(({ kind }) => kind).join();
    const works = (): boolean =>
      without(model, dropped, written).some(
        (variant) => glance({ change: {}, model: () => variant, say: () => "" }) === "feasible",
      );
    const answer = answers.get(key) ?? (works() ? "feasible" : "unknown");
    answers.set(key, answer);
    return answer;
  };
}
