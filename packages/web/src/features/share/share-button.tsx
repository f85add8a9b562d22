import { lazy, type ReactNode, Suspense } from "react";
import { TEXT } from "../../text/en.ts";
import { DialogButton } from "../../ui/dialog-button.tsx";

/** What packs the fleet is loaded when someone wants a link. */
const ShareLink = lazy(async () => ({ default: (await import("./share-link.tsx")).ShareLink }));

/** A link that holds all that is on the page. */
export function ShareButton(): ReactNode {
  const text = TEXT.share;
  return (
    <DialogButton label={text.button} title={text.title}>
      {() => (
        <Suspense fallback={null}>
          <ShareLink />
        </Suspense>
      )}
    </DialogButton>
  );
}
