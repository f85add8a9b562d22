import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { EMPTY_WORKSPACE } from "../../state/workspace.ts";
import { TEXT } from "../../text/en.ts";
import { ShareButton } from "../share/share-button.tsx";
import { OpenFiles } from "./open-files.tsx";
import { ThemeChoice } from "./theme-choice.tsx";

export function Header(): ReactNode {
  const { past, future } = usePlanner((state) => state.history);
  const undo = usePlanner((state) => state.undo);
  const redo = usePlanner((state) => state.redo);
  const edit = usePlanner((state) => state.edit);
  const linkProblem = usePlanner((state) => state.linkProblem);
  return (
    <header className="page-head">
      <h1>{TEXT.title}</h1>
      <p className="hint tagline">{TEXT.tagline}</p>
      <div className="head-actions">
        <Button className="button" isDisabled={past.length === 0} onPress={undo}>
          {TEXT.undo}
        </Button>
        <Button className="button" isDisabled={future.length === 0} onPress={redo}>
          {TEXT.redo}
        </Button>
        <Button className="button" onPress={() => edit(() => EMPTY_WORKSPACE)}>
          {TEXT.startOver}
        </Button>
        <OpenFiles />
        <ShareButton />
        <ThemeChoice />
      </div>
      {linkProblem !== undefined && (
        <p className="problem" role="alert">
          {linkProblem.message}
        </p>
      )}
    </header>
  );
}
