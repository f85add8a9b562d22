/** A fenced block of a page, with what the comment above it says of it. */
export interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** `file: NAME`, `not run: WHY`, `exit: CODE`, `shortened`, `not shown by a command: WHY`; undefined without one. */
  readonly note: string | undefined;
}

/** What one step of a page does, in the order of the page. */
export type Step =
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  | {
      readonly kind: "run";
      readonly line: number;
      readonly script: string;
      readonly exit: number;
      /** What the page shows of its output; undefined where it shows nothing. */
      readonly shown: { readonly text: string; readonly isShortened: boolean } | undefined;
    };

const FENCE = /^```(\S*)\n([\s\S]*?)^```$/gm;
const NOTE = /<!-- (.+?) -->\n$/;

export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(FENCE)].map((match) => {
    const before = page.slice(0, match.index);
    return {
      line: before.split("\n").length,
      language: match[1] ?? "",
      text: match[2] ?? "",
      note: NOTE.exec(before)?.[1],
    };
  });
}

/**
 * The steps of a page. Every block takes part: `sh` is run, a `text` below one is what it prints, and anything else
 * is a file, unless a note says why not. Throws where a block has no part.
 */
export function stepsOf(blocks: readonly Block[]): readonly Step[] {
  const steps: Step[] = [];
  for (const block of blocks) {
    addStep(steps, block);
  }
  return steps;
}

function addStep(steps: Step[], block: Block): void {
  const { note = "", language, text } = block;
  const [, file] = /^file: (\S+)$/.exec(note) ?? [];
  if (/^not (?:run|shown by a command): \S/.test(note)) {
    return;
  }
  if (file !== undefined) {
    steps.push({ kind: "file", name: file, text });
    return;
  }
  if (language === "sh") {
    const exit = Number(/^exit: (\d+)$/.exec(note)?.[1] ?? 0);
    steps.push({ kind: "run", line: block.line, script: text, exit, shown: undefined });
    return;
  }
  const last = steps.at(-1);
  if (language !== "text" || last?.kind !== "run" || last.shown !== undefined) {
    throw new Error(
      `line ${block.line}: a block of ${language || "no language"} that nothing runs or shows`,
    );
  }
  steps[steps.length - 1] = { ...last, shown: { text, isShortened: note === "shortened" } };
}
