import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { FILES_TEXT } from "../../text/files-en.ts";
import { FilesView } from "../files/files-view.tsx";
import { PictureButtons } from "../picture/picture-buttons.tsx";

/** All that can be taken away from the page: pictures of the cards, a print, and files. */
export function TakeAway(): ReactNode {
  return (
    <div className="stack">
      <fieldset className="file-actions bare" aria-label={FILES_TEXT.pictures}>
        <PictureButtons />
        <Button className="button" onPress={() => window.print()}>
          {FILES_TEXT.print}
        </Button>
      </fieldset>
      <FilesView />
    </div>
  );
}
