const PLAIN = /^[A-Za-z0-9_@%+=:,./~-]+$/;

/** Words as a shell takes them. */
export function commandText(words: readonly string[]): string {
  return words
    .map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
