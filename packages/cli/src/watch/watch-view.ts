import type { WatchDocument } from "@berth/core/verify";
import type { Terminal } from "../io/terminal.ts";
import { printWatch } from "../print/watch.ts";

/** One sample as the flags ask: the whole view, or one JSON document, on a line of its own where others follow. */
export async function printSample(
  document: WatchDocument,
  terminal: Terminal,
  { isJson, isOnce }: { readonly isJson: boolean; readonly isOnce: boolean },
): Promise<void> {
  if (isJson) {
    await terminal.print(`${JSON.stringify(document, undefined, isOnce ? 2 : 0)}\n`);
  } else {
    terminal.clearScreen?.();
    await terminal.print(printWatch(document, terminal));
  }
}

/**
 * Shows one sample after another: on a terminal in place of the one before, as JSON a line each, and elsewhere the
 * first whole and then only what begins and ends.
 */
export function sampleViewer(
  terminal: Terminal,
  isJson: boolean,
): (document: WatchDocument) => Promise<void> {
  let before: ReadonlyMap<string, string> | undefined;
  return async (document) => {
    const now = newsOf(document);
    if (isJson || before === undefined || terminal.clearScreen !== undefined) {
      await printSample(document, terminal, { isJson, isOnce: false });
    } else {
      const news = [...begun(before, now), ...begun(now, before).map((text) => `over: ${text}`)];
      await terminal.print(news.map((text) => `${document.at}  ${text}\n`).join(""));
    }
    before = now;
  };
}

function begun(
  then: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): readonly string[] {
  return [...now].filter(([key]) => !then.has(key)).map(([, text]) => text);
}

/** Alarms and what does not answer; the keys have no numbers, which change from look to look. */
function newsOf({ alarms, sources }: WatchDocument): ReadonlyMap<string, string> {
  return new Map([
    ...alarms.map(
      (alarm) =>
        [
          [alarm.code, "gpu" in alarm && alarm.gpu, "engine" in alarm && alarm.engine].join(" "),
          `alarm: ${alarm.text}`,
        ] as const,
    ),
    ...sources
      .filter(({ isUp }) => !isUp)
      .map(({ name, problem = "" }) => [name, `${name} does not answer: ${problem}`] as const),
  ]);
}
