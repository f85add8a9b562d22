/** Longest part of a line that is looked at. The longest that says something, vLLM's config, has 3,000 characters. */
const MAX_LINE_CHARACTERS = 8192;

/** As much of a line is kept as evidence. */
const MAX_KEPT_CHARACTERS = 400;

/** Terminal colours and the like: ESC [ parameters letter. The parameters' length is limited, so this is linear. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]{0,32}[A-Za-z]`, "g");

/** A line of any log, ready to be looked at: of limited length, without colours and control characters. */
export function cleanLine(text: string): string {
  const cut = text.length > MAX_LINE_CHARACTERS ? text.slice(0, MAX_LINE_CHARACTERS) : text;
  const plain = cut.includes(COLOUR_START) ? cut.replace(COLOURS, "") : cut;
  return plain.replace(/[\p{Cc}\p{Cf}]/gu, " ");
}

const COLOUR_START = `${String.fromCharCode(27)}[`;

/** The line as evidence: trimmed and cut. */
export function keptText(line: string): string {
  const text = line.trim();
  return text.length > MAX_KEPT_CHARACTERS ? `${text.slice(0, MAX_KEPT_CHARACTERS)}…` : text;
}
