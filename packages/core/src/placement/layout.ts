import type { CardClass } from "./card-classes.ts";

/** Where the ranks of one replica go, by class of cards: for each pipeline stage, how many on which. */
export interface Layout {
  readonly tp: number;
  readonly pp: number;
  readonly stages: readonly StageCards[];
}

/** The tensor-parallel ranks of a stage; on several classes where their cards are of one kind, or may be mixed. */
export type StageCards = readonly { readonly cardClass: CardClass; readonly ranks: number }[];

/** GPU models that a layout is on. */
export function kindsIn({ stages }: Layout): number {
  return new Set(stages.flat().map(({ cardClass }) => cardClass.gpus[0]?.catalogId)).size;
}
