import { type ReactNode, useEffect, useState } from "react";

/** Spacing that temml writes into attributes, which the page's policy refuses; browsers space MathML well without. */
const STYLE = / style="[^"]*"/g;

/** A formula, drawn by the browser as MathML; until the reader of TeX is loaded, and where it fails, as text. */
export function TeX({ tex }: { readonly tex: string }): ReactNode {
  const [markup, setMarkup] = useState<string | undefined>();
  useEffect(() => {
    let isCurrent = true;
    const draw = async () => {
      const { default: temml } = await import("temml");
      const drawn = temml.renderToString(tex, { displayMode: true, throwOnError: false });
      if (isCurrent) {
        setMarkup(drawn.replaceAll(STYLE, ""));
      }
    };
    draw().catch(() => isCurrent && setMarkup(undefined));
    return () => {
      isCurrent = false;
    };
  }, [tex]);
  return markup === undefined ? (
    <code className="tex">{tex}</code>
  ) : (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: MathML that temml made of one of our own laws
    <div className="tex" dangerouslySetInnerHTML={{ __html: markup }} />
  );
}
