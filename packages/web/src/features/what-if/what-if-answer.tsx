import {
  BUY_TITLE,
  buyTable,
  buyVerdict,
  changesText,
  fleetTable,
  modelTable,
  placeSentences,
  sizesText,
  type WhatIfDocument,
} from "@berth/core/changes";
import type { ReactNode } from "react";
import { WHAT_IF_RUN_TEXT } from "../../text/what-if-run-en.ts";
import { WordTable } from "./word-table.tsx";

/** What other rates change, and the cards to buy, best first: the words and tables of `berth whatif`. */
export function WhatIfAnswer({ document }: { readonly document: WhatIfDocument }): ReactNode {
  const text = WHAT_IF_RUN_TEXT;
  const { changes, buy, warnings } = document;
  const sizes = sizesText(document);
  return (
    <div className="what-if-answer">
      {changes.length > 0 && (
        <>
          <WordTable caption={changesText(changes)} table={fleetTable(document)} />
          {placeSentences(document).map((sentence) => (
            <p key={sentence.text} className={sentence.kind === "found" ? "found" : "problem"}>
              {sentence.text}
            </p>
          ))}
          <WordTable caption={text.models} table={modelTable(document, { isWide: true })} />
        </>
      )}
      {buy !== undefined && (
        <>
          <WordTable caption={BUY_TITLE} table={buyTable(document)} />
          <p className="verdict">{buyVerdict(document)}</p>
          {sizes !== undefined && <p>{sizes}</p>}
        </>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="hint">
          {text.note}: {warning}
        </p>
      ))}
    </div>
  );
}
