import type { ReactNode } from "react";
import { Button, DropZone, Text } from "react-aria-components";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";
import { useBring } from "./use-bring.ts";

/** The whole page takes files: fleet files, plans, outputs of nvidia-smi, files and folders of models. */
export function DropPlace({ children }: { readonly children: ReactNode }): ReactNode {
  const { drop } = useBring();
  return (
    <DropZone className="drop-place" aria-label={TEXT.drop} onDrop={({ items }) => drop(items)}>
      <Text slot="label" className="drop-label">
        {TEXT.drop}
      </Text>
      {children}
    </DropZone>
  );
}

/** Why files that were brought are not on the page. */
export function BringProblems(): ReactNode {
  const { store } = usePlannerParts();
  const problems = usePlanner((state) => state.bringProblems);
  if (problems.length === 0) {
    return null;
  }
  return (
    <section className="notice" role="alert">
      <ul className="plain-list">
        {problems.map((problem) => (
          <li key={problem} className="problem">
            {problem}
          </li>
        ))}
      </ul>
      <Button className="button" onPress={() => store.setState({ bringProblems: [] })}>
        {TEXT.close}
      </Button>
    </section>
  );
}
