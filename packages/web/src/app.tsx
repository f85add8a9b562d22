import { type ReactNode, useEffect } from "react";
import { CardsPanel } from "./features/cards/cards-panel.tsx";
import { Inspector } from "./features/inspector/inspector.tsx";
import { ModelsPanel } from "./features/models/models-panel.tsx";
import { DropPlace } from "./features/shell/drop-place.tsx";
import { Header } from "./features/shell/header.tsx";
import { Views } from "./features/shell/views.tsx";
import { Welcome } from "./features/shell/welcome.tsx";
import { PlanSummary } from "./features/summary/plan-summary.tsx";
import { UnplacedList } from "./features/unplaced/unplaced-list.tsx";
import { usePlanner } from "./state/planner-context.ts";
import type { PlannerState } from "./state/planner-store.ts";

/** The whole page. */
export function App(): ReactNode {
  const isEmpty = usePlanner(hasNothing);
  useUndoKeys();
  return (
    <DropPlace>
      <Header />
      <main className="page" data-empty={isEmpty || undefined}>
        <div className="side">
          <CardsPanel />
          <ModelsPanel />
        </div>
        <div className="middle">
          {isEmpty ? (
            <Welcome />
          ) : (
            <>
              <PlanSummary />
              <UnplacedList />
              <Views />
            </>
          )}
        </div>
        {!isEmpty && <Inspector />}
      </main>
    </DropPlace>
  );
}

/** No card and no model, and nothing that says which there are. */
function hasNothing({ parsed: { fleet, problem } }: PlannerState): boolean {
  return (
    problem === undefined &&
    fleet.models.length === 0 &&
    fleet.hosts === undefined &&
    fleet.inventory === undefined
  );
}

/** Ctrl-Z and its kin, but for fields, which have an undo of their own. */
function useUndoKeys(): void {
  const undo = usePlanner((state) => state.undo);
  const redo = usePlanner((state) => state.redo);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const wish = isInField(event) ? undefined : wishOf(event);
      if (wish !== undefined) {
        event.preventDefault();
        (wish === "undo" ? undo : redo)();
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [undo, redo]);
}

function isInField({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function wishOf({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): "undo" | "redo" | undefined {
  if (!(ctrlKey || metaKey)) {
    return undefined;
  }
  const wishes = { z: shiftKey ? "redo" : "undo", y: "redo" } as const;
  return wishes[key.toLowerCase() as keyof typeof wishes];
}
