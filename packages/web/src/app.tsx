import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { CardsPanel } from "./features/cards/cards-panel.tsx";
import { ModelsPanel } from "./features/models/models-panel.tsx";
import { MoveContext } from "./features/rack/move-context.tsx";
import { BringProblems, DropPlace } from "./features/shell/drop-place.tsx";
import { Header } from "./features/shell/header.tsx";
import { NewerVersion } from "./features/shell/newer-version.tsx";
import { Welcome } from "./features/shell/welcome.tsx";
import { usePlanner } from "./state/planner-context.ts";
import type { PlannerState } from "./state/planner-store.ts";

/** What an empty page does without: loaded when there is something to show. */
const Board = lazy(async () => ({ default: (await import("./features/shell/board.tsx")).Board }));

const ServedBar = lazy(async () => ({
  default: (await import("./features/served/served-bar.tsx")).ServedBar,
}));

const CARD_PARTS = {
  hostForm: lazy(async () => ({
    default: (await import("./features/settings/host-form.tsx")).HostForm,
  })),
  policyForm: lazy(async () => ({
    default: (await import("./features/settings/fleet-forms.tsx")).PolicyForm,
  })),
};

const MODEL_PARTS = {
  form: lazy(async () => ({
    default: (await import("./features/settings/model-form.tsx")).ModelForm,
  })),
  missing: lazy(async () => ({
    default: (await import("./features/missing/missing-model.tsx")).MissingModel,
  })),
  forAll: lazy(async () => ({
    default: (await import("./features/settings/fleet-forms.tsx")).EngineForm,
  })),
};

/** The whole page; with a token, `berth serve` is behind it. */
export function App({ token }: { readonly token?: string | undefined }): ReactNode {
  const isEmpty = usePlanner(hasNothing);
  useUndoKeys();
  return (
    <DropPlace>
      <Header />
      <BringProblems />
      <NewerVersion />
      {token !== undefined && (
        <Suspense fallback={null}>
          <ServedBar token={token} />
        </Suspense>
      )}
      <MoveContext>
        <main className="page" data-empty={isEmpty || undefined}>
          <div className="side">
            <CardsPanel parts={CARD_PARTS} />
            <ModelsPanel parts={MODEL_PARTS} />
          </div>
          {isEmpty ? (
            <Welcome />
          ) : (
            <Suspense fallback={<div />}>
              <Board />
            </Suspense>
          )}
        </main>
      </MoveContext>
    </DropPlace>
  );
}

/** No card and no model, and nothing that says which there are. */
function hasNothing({ parsed: { fleet, problem }, live }: PlannerState): boolean {
  return (
    problem === undefined &&
    fleet.models.length === 0 &&
    fleet.hosts === undefined &&
    fleet.inventory === undefined &&
    live === undefined
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
