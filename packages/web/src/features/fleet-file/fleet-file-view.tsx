import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Button, Label, TextArea, TextField } from "react-aria-components";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { FLEET_FILE, type Workspace } from "../../state/workspace.ts";
import { TEXT } from "../../text/en.ts";
import { download } from "../../ui/download.ts";

/** The fleet file as text. What can't be read is said, and the page goes on with what it was. */
export function FleetFileView(): ReactNode {
  const problem = usePlanner((state) => state.parsed.problem);
  const { typed, setTyped } = useTyped();
  const text = TEXT.fleetFile;
  return (
    <div className="stack">
      <TextField className="field" value={typed} onChange={setTyped}>
        <Label>{text.label}</Label>
        <TextArea className="fleet-text" rows={24} spellCheck="false" />
      </TextField>
      <p className="hint">{text.hint}</p>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem.message}
        </p>
      )}
      <Button className="button" onPress={() => download(FLEET_FILE, typed, "text/yaml")}>
        {text.download}
      </Button>
    </div>
  );
}

/** Milliseconds without a key after which what was typed counts; what is read in between is half a word. */
const TYPING_MS = 150;

/** Milliseconds after which typing on is another step to take back: one step is a few words. */
const STEP_MS = 1000;

/** What was typed, which is the fleet file soon after; at once for who goes to another view. */
function useTyped(): { readonly typed: string; readonly setTyped: (text: string) => void } {
  const { store } = usePlannerParts();
  const fleet = usePlanner((state) => state.history.present.fleet);
  const [typed, setTyped] = useState(fleet);
  const last = useRef<{ readonly made: Workspace; readonly at: number } | undefined>(undefined);
  const pending = useRef<string | undefined>(undefined);
  pending.current = typed === fleet ? undefined : typed;
  const take = useCallback(() => {
    const text = pending.current;
    if (text !== undefined) {
      const { current } = last;
      const isSoon = current !== undefined && performance.now() - current.at < STEP_MS;
      store.getState().editFleet(() => text, isSoon ? current.made : undefined);
      last.current = { made: store.getState().history.present, at: performance.now() };
    }
  }, [store]);
  useEffect(() => setTyped(fleet), [fleet]);
  useEffect(() => {
    if (typed === fleet) {
      return;
    }
    const timer = setTimeout(take, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, fleet, take]);
  useEffect(() => take, [take]);
  return { typed, setTyped };
}
