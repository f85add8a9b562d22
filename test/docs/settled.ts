/** What differs from run to run, and what stands for it in a comparison. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\d+(?:\.\d+)? (s|ms|seconds)\b/g, "N $1"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "TIME"],
  [/-[0-9a-f]{8}\.log/g, "-HASH.log"],
  [/\b\d+ +TIME/g, "N TIME"],
  [/\bprocess \d+/g, "process N"],
  [/\b\d+ train/g, "N train"],
  [/\S*\/berth-box-\w+/g, "BOX"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"],
  [/#token=[\w-]+/g, "#token=TOKEN"],
  [/[ \t]+$/gm, ""],
];

/** A text without what differs from run to run. */
export function settled(text: string): string {
  return CHANGING.reduce((now, [from, to]) => now.replace(from, to), text)
    .replace(/^\n+/, "")
    .trimEnd();
}

/** Lines of a shortened text that do not come in this order in what was printed. */
export function missingLines(shown: string, printed: string): readonly string[] {
  const lines = settled(printed).split("\n");
  let at = 0;
  return settled(shown)
    .split("\n")
    .filter((line) => !/^\s*(?:…|\.\.\.)?\s*$/.test(line))
    .filter((line) => {
      const found = lines.indexOf(line, at);
      at = found < 0 ? at : found + 1;
      return found < 0;
    });
}
