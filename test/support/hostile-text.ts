// Names and paths that a shell, a YAML reader or a folder could take for something else.
import fc from "fast-check";
import { isShellText } from "../../packages/core/src/deploy/text/shell.ts";

const HOSTILE = [
  "'; touch owned; '",
  '"$(touch owned)"',
  "`touch owned`",
  "a\nexec sh\n#",
  "../../../etc/passwd",
  "/abs/olute",
  "-rf",
  "--config=x",
  `\${HOME}`,
  "$$HOME",
  "%h %i %%",
  "#no comment",
  "a: b\n- c",
  "off",
  "\u{202e}\u{2028}\u{85}",
  "模型 😀",
  "",
  " ",
];

/** Any text that a shell word can hold, the worst of it often. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 30 }).filter(isShellText),
  fc.string({
    unit: fc.constantFrom("'", '"', "\n", "$", "(", ")", "{", "}", "%", "`", "\\", "/", "."),
    maxLength: 12,
  }),
);
