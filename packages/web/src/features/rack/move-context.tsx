import {
  type Active,
  type Announcements,
  DndContext,
  DragOverlay,
  MouseSensor,
  type Over,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type ReactNode, useMemo, useState } from "react";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";
import type { Dragged, DropPlace } from "../../viz/dragged.ts";
import { dropped, verdictOf } from "./drop.ts";

/** Pixels that a pointer goes before a press is a drag; so that a click stays a click. */
const DRAG_PIXELS = 6;
/** A finger that rests so long drags; a shorter touch scrolls. */
const TOUCH = { delay: 200, tolerance: 8 };

/** Lets ranks and models be dragged onto cards and hosts; a drop pins, and undo takes it back. */
export function MoveContext({ children }: { readonly children: ReactNode }): ReactNode {
  const { store } = usePlannerParts();
  const editFleet = usePlanner((state) => state.editFleet);
  const [dragged, setDragged] = useState<Dragged | undefined>();
  const [place, setPlace] = useState<DropPlace | undefined>();
  // one sensor a device: what listens to pointers would take the finger before it rests, and lose it to scrolling
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: DRAG_PIXELS } }),
    useSensor(TouchSensor, { activationConstraint: TOUCH }),
  );
  const announcements = useMemo(
    () => announcing((what, where) => verdictOf(store.getState().planning.plan, what, where).text),
    [store],
  );
  const begin = (what: Dragged | undefined) => {
    setDragged(what);
    store.setState({ isDragging: what !== undefined });
  };
  const end = () => {
    begin(undefined);
    setPlace(undefined);
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={pointerWithin}
      accessibility={{
        announcements,
        screenReaderInstructions: { draggable: TEXT.move.instructions },
      }}
      onDragStart={({ active }) => begin(draggedOf(active))}
      onDragOver={({ over }) => setPlace(placeOf(over))}
      onDragCancel={end}
      onDragEnd={({ active, over }) => {
        const [what, where] = [draggedOf(active), placeOf(over)];
        if (what !== undefined && where !== undefined) {
          const { plan } = store.getState().planning;
          editFleet((fleet) => dropped(fleet, plan, what, where));
        }
        end();
      }}
    >
      {children}
      <DragOverlay dropAnimation={null}>
        {dragged !== undefined && <DragLabel dragged={dragged} place={place} />}
      </DragOverlay>
    </DndContext>
  );
}

/** What is dragged, and what would come of dropping it here. */
function DragLabel({
  dragged,
  place,
}: {
  readonly dragged: Dragged;
  readonly place: DropPlace | undefined;
}): ReactNode {
  const plan = usePlanner((state) => state.planning.plan);
  const verdict = place === undefined ? undefined : verdictOf(plan, dragged, place);
  return (
    <div className="drag-label" data-fits={verdict?.fits}>
      <strong>{dragged.model}</strong>
      <span>{verdict?.text ?? TEXT.move.hint}</span>
    </div>
  );
}

function announcing(verdict: (what: Dragged, where: DropPlace) => string): Announcements {
  const said = (active: Active, over: Over | null): string | undefined => {
    const [what, where] = [draggedOf(active), placeOf(over)];
    return what === undefined || where === undefined ? undefined : verdict(what, where);
  };
  return {
    onDragStart: ({ active }) => TEXT.move.started(draggedOf(active)?.model ?? ""),
    onDragOver: ({ active, over }) => said(active, over),
    onDragEnd: ({ over }) => (over === null ? TEXT.move.canceled : TEXT.move.pinned),
    onDragCancel: () => TEXT.move.canceled,
  };
}

function draggedOf({ data }: Active): Dragged | undefined {
  return data.current as Dragged | undefined;
}

function placeOf(over: Over | null): DropPlace | undefined {
  return over?.data.current as DropPlace | undefined;
}
