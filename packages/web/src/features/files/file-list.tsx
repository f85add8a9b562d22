import type { Artifact } from "@berth/core/deploy";
import { type ReactNode, useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import { FILES_TEXT } from "../../text/files-en.ts";
import { FileText } from "./file-text.tsx";

/** Names of files, and beside them the text of the chosen one. */
export function FileList({ files }: { readonly files: readonly Artifact[] }): ReactNode {
  const [wanted, setWanted] = useState<string | undefined>();
  const chosen = files.find(({ path }) => path === wanted) ?? files[0];
  return (
    <div className="files">
      <ListBox
        aria-label={FILES_TEXT.list}
        className="list-box file-list"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={chosen === undefined ? [] : [chosen.path]}
        onSelectionChange={(keys) => setWanted(keys === "all" ? undefined : String([...keys][0]))}
      >
        {files.map(({ path }) => (
          <ListBoxItem key={path} id={path} textValue={path} className="list-item">
            {path}
          </ListBoxItem>
        ))}
      </ListBox>
      {chosen !== undefined && <FileText file={chosen} />}
    </div>
  );
}
