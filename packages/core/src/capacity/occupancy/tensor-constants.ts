import type { Tensor, Tensors } from "../tensors.ts";
import { LEAST_WAITING, SLACK, type TickLaw } from "./tick-law.ts";

/** Small tensors that are the same in every tick. */
export type Constants = Readonly<Record<ConstantName, Tensor>>;

type ConstantName =
  | "limits"
  | "slack"
  | "roomRow"
  | "leastWaiting"
  | "kvTokens"
  | "one"
  | "halfTick"
  | "perNewest"
  | "perPrompt"
  | "baseSeconds";

/** Weights that take one row of a state, or the first less the second. */
export const SEATS: readonly number[] = [1, 0, 0];
export const SEATS_LESS_ROOM: readonly number[] = [1, -1, 0];

/** More of the third row than ever waits. */
const PLENTY = 1e12;

export function constantsOf(t: Tensors, law: TickLaw): Constants {
  const column = (...values: readonly number[]) =>
    t.tensor(Float32Array.from(values), [values.length, 1]);
  const row = (...values: readonly number[]) =>
    t.tensor(Float32Array.from(values), [1, values.length]);
  const [seatSlack, roomSlack] = SLACK;
  return {
    limits: column(
      law.mostSequences + seatSlack,
      law.kvTokens - law.unusedTokens + roomSlack,
      PLENTY,
    ),
    roomRow: column(0, 1, 0),
    slack: column(seatSlack, roomSlack, 1),
    leastWaiting: row(LEAST_WAITING),
    kvTokens: row(law.kvTokens),
    one: row(1),
    halfTick: row(law.tickTokens / 2),
    perNewest: row(1 / law.meanPrompt),
    perPrompt: row(law.step.secondsPerPromptToken),
    baseSeconds: row(law.tickTokens * law.step.baseSeconds),
  };
}
