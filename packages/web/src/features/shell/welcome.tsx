import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";
import { PasteCards, PickCards } from "../cards/add-cards.tsx";
import { OpenFiles } from "./open-files.tsx";

/** What an empty page shows: the two ways to bring cards, and an example. */
export function Welcome(): ReactNode {
  const edit = usePlanner((state) => state.edit);
  const text = TEXT.empty;
  return (
    <section className="welcome middle" aria-labelledby="welcome-title">
      <h2 id="welcome-title">{text.title}</h2>
      <p>{text.lead}</p>
      <div className="ways">
        <div className="way">
          <h3>{TEXT.cards.paste}</h3>
          <p className="hint">
            <code>{text.command}</code>
          </p>
          <PasteCards />
        </div>
        <div className="way">
          <h3>{TEXT.cards.pick}</h3>
          <PickCards />
        </div>
      </div>
      <p className="other-way">
        <span>{text.files}</span> <OpenFiles />
      </p>
      <Button
        className="button"
        onPress={() => {
          void import("../../state/example.ts").then(({ EXAMPLE }) => edit(() => EXAMPLE));
        }}
      >
        {text.example}
      </Button>
    </section>
  );
}
