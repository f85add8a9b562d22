import { useDroppable } from "@dnd-kit/core";
import type { ReactNode } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import type { DropPlace } from "../../viz/dragged.ts";

/**
 * Takes what is dropped on what it lies over. It is there while something is dragged only: each place that can take
 * something has all others drawn anew when it comes and goes, which scrolling would pay for.
 */
export function DropTarget({ place }: { readonly place: DropPlace }): ReactNode {
  const isDragging = usePlanner((state) => state.isDragging);
  return isDragging ? <Waiting place={place} /> : null;
}

function Waiting({ place }: { readonly place: DropPlace }): ReactNode {
  const id = place.kind === "card" ? `card/${place.id}` : `host/${place.name}`;
  const { setNodeRef, isOver } = useDroppable({ id, data: place });
  return <div ref={setNodeRef} className="drop-target" data-over={isOver || undefined} />;
}
