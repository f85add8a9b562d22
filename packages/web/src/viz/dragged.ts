/** What a person drags: a rank that the plan has placed, or a model as a whole. */
export type Dragged =
  | {
      readonly kind: "rank";
      readonly model: string;
      readonly replica: number;
      readonly rank: number;
      readonly from: string;
    }
  | { readonly kind: "model"; readonly model: string };

/** Where it may be dropped. */
export type DropPlace =
  | { readonly kind: "card"; readonly id: string }
  | { readonly kind: "host"; readonly name: string };

/** One name for each thing that can be dragged. */
export function draggedId(dragged: Dragged): string {
  return dragged.kind === "model"
    ? `model/${dragged.model}`
    : `rank/${dragged.model}/${dragged.replica}/${dragged.rank}`;
}
