import type { Artifact } from "@berth/core/deploy";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { FILES_TEXT } from "../../text/files-en.ts";
import { download } from "../../ui/download.ts";
import type { Run } from "./colored.ts";

/** Longest text with colours, in characters: every run of one colour is an element. */
const MOST_COLORED = 60_000;

/** One file: its text in colours, to copy and to download. */
export function FileText({ file }: { readonly file: Artifact }): ReactNode {
  const { path, text } = file;
  const runs = useRuns(file);
  const [copied, setCopied] = useState<string | undefined>();
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    <div className="file">
      <div className="file-actions">
        <Button
          className="button"
          onPress={() => {
            void navigator.clipboard?.writeText(text).then(() => setCopied(path));
          }}
        >
          {copied === path ? FILES_TEXT.copied : FILES_TEXT.copy}
        </Button>
        <Button className="button" onPress={() => download(name, text, "application/octet-stream")}>
          {FILES_TEXT.download(name)}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section className="file-text" tabIndex={0} aria-label={FILES_TEXT.shown(path)}>
        <pre>
          <code>
            {runs.map(({ text: part, classes }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: runs have no name and never move
              <span key={place} className={classes}>
                {part}
              </span>
            ))}
          </code>
        </pre>
      </section>
    </div>
  );
}

/** The text as it is, until its colours are there. */
function useRuns({ path, text }: Artifact): readonly Run[] {
  const [colored, setColored] = useState<{
    readonly text: string;
    readonly runs: readonly Run[];
  }>();
  useEffect(() => {
    if (text.length > MOST_COLORED) {
      return;
    }
    let isCurrent = true;
    const color = async () => {
      const { coloredRuns } = await import("./colored.ts");
      if (isCurrent) {
        setColored({ text, runs: coloredRuns(path, text) });
      }
    };
    color().catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [path, text]);
  return colored?.text === text ? colored.runs : [{ text, classes: "" }];
}
