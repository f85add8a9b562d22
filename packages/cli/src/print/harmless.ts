/** What `paint` writes: these say how a text looks, and no more. */
const OWN_COLOURS = new Set(["1", "2", "22", "31", "32", "33", "39"]);

const ESCAPE = "\u001b";

/** A colour, or one character that a terminal would obey rather than show. */
const CONTROL = new RegExp(`${ESCAPE}\\[(\\d+)m|[^\\P{Cc}\\n\\t]`, "gu");

/** Where Unicode's pictures of the control characters begin, which are in the same order. */
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = "\u2421";
const LAST_WITH_PICTURE = 0x20;
const DELETE = "\u007f";

/**
 * A text for a terminal, with the control characters that names and files hold as pictures: nothing that was read moves the
 * cursor, hides a line or answers for the user. Our own colours, line ends and tabs stay.
 */
export function harmless(text: string): string {
  return text.replace(CONTROL, (found, colour?: string) => {
    if (colour !== undefined) {
      return OWN_COLOURS.has(colour) ? found : `\u241b${found.slice(1)}`;
    }
    const code = found.charCodeAt(0);
    return code < LAST_WITH_PICTURE ? String.fromCharCode(PICTURES + code) : unseen(found);
  });
}

function unseen(character: string): string {
  return character === DELETE ? PICTURE_OF_DELETE : "\ufffd";
}
