import { type ReactNode, useState } from "react";
import { DropZone, type FileDropItem, Text } from "react-aria-components";
import { kindOf, withDropped } from "../../state/dropped-files.ts";
import { usePlanner } from "../../state/planner-context.ts";
import type { WorkspaceFile } from "../../state/workspace.ts";
import { TEXT } from "../../text/en.ts";

/** Largest text read, in bytes: -q -x of sixteen cards is 300 kB. */
const MOST_BYTES = 40_000_000;
const MOST_TEXT = "40 MB";

/** The whole page takes files: fleet files, outputs of nvidia-smi, configs of models. */
export function DropPlace({ children }: { readonly children: ReactNode }): ReactNode {
  const edit = usePlanner((state) => state.edit);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const take = async (items: readonly FileDropItem[]) => {
    const read = await Promise.all(items.map(readItem));
    setProblems(read.flatMap((each) => (typeof each === "string" ? [each] : [])));
    for (const file of read.filter((each) => typeof each !== "string")) {
      edit((workspace) => withDropped(workspace, file, kindOf(file)));
    }
  };
  return (
    <DropZone
      className="drop-place"
      aria-label={TEXT.drop}
      onDrop={({ items }) => {
        void take(items.filter((item): item is FileDropItem => item.kind === "file"));
      }}
    >
      <Text slot="label" className="drop-label">
        {TEXT.drop}
      </Text>
      {problems.map((problem) => (
        <p key={problem} className="problem" role="alert">
          {problem}
        </p>
      ))}
      {children}
    </DropZone>
  );
}

/** The file's text; or one sentence on why not. */
async function readItem(item: FileDropItem): Promise<WorkspaceFile | string> {
  const file = await item.getFile();
  if (file.size > MOST_BYTES) {
    return TEXT.dropped.tooLarge(item.name, MOST_TEXT);
  }
  const read = { name: item.name, text: await file.text() };
  return kindOf(read) === undefined ? TEXT.dropped.unknown(item.name) : read;
}
