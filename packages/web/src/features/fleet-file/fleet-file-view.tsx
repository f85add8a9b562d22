import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button, Label, TextArea, TextField } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { FLEET_FILE } from "../../state/workspace.ts";
import { TEXT } from "../../text/en.ts";
import { download } from "../../ui/download.ts";

/** Milliseconds without a key after which what was typed counts: one step of undo for a few words. */
const TYPING_MS = 400;

/** The fleet file as text. What can't be read is said, and the page goes on with what it was. */
export function FleetFileView(): ReactNode {
  const fleet = usePlanner((state) => state.history.present.fleet);
  const problem = usePlanner((state) => state.parsed.problem);
  const editFleet = usePlanner((state) => state.editFleet);
  const [typed, setTyped] = useState(fleet);
  useEffect(() => setTyped(fleet), [fleet]);
  useEffect(() => {
    if (typed === fleet) {
      return;
    }
    const timer = setTimeout(() => editFleet(() => typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, fleet, editFleet]);
  // who goes to another view at once has typed all the same
  const pending = useRef<string | undefined>(undefined);
  pending.current = typed === fleet ? undefined : typed;
  useEffect(
    () => () => {
      const text = pending.current;
      if (text !== undefined) {
        editFleet(() => text);
      }
    },
    [editFleet],
  );
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
