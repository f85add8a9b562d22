import { type ReactNode, useState } from "react";
import { Button, Input, Label, TextField } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { fragmentOf } from "../../state/share-link.ts";
import { TEXT } from "../../text/en.ts";

/** The link as text, and a button that copies it; or why there is none. */
export function ShareLink(): ReactNode {
  const workspace = usePlanner((state) => state.history.present);
  const [isCopied, setIsCopied] = useState(false);
  const fragment = fragmentOf(workspace);
  const text = TEXT.share;
  if (fragment === undefined) {
    return <p>{text.tooLong}</p>;
  }
  const { origin, pathname } = window.location;
  const link = `${origin}${pathname}#${fragment}`;
  return (
    <div className="stack">
      <p className="hint">{text.lead}</p>
      <TextField className="field" value={link} isReadOnly>
        <Label>{text.title}</Label>
        <Input onFocus={(event) => event.currentTarget.select()} />
      </TextField>
      <Button
        className="button primary"
        onPress={() => {
          void navigator.clipboard?.writeText(link).then(() => setIsCopied(true));
        }}
      >
        {isCopied ? text.copied : text.copy}
      </Button>
    </div>
  );
}
