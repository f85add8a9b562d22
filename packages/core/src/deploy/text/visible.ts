/**
 * `text` in quotes on one line, with everything that is not a printable character written as an
 * escape: safe in comments of any format and on a terminal.
 */
export function visible(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, escaped);
}

function escaped(character: string): string {
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)
    ? character
    : `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
}
