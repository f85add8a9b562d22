/**
 * `text` as one word of an HAProxy configuration, in double quotes on one line: `"`, `\` and `$` are escaped, and
 * every byte that is not printable ASCII is written as \xHH. A surrogate without its other half becomes U+FFFD.
 */
export function haproxyQuote(text: string): string {
  return `"${[...text].map(quotedCharacter).join("")}"`;
}

function quotedCharacter(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) {
    return character.replace(/["\\$]/, "\\$&");
  }
  return encodeURIComponent(character.replace(/\p{Surrogate}/u, "\u{fffd}")).replaceAll("%", "\\x");
}
