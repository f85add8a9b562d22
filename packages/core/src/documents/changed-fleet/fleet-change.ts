/** One thing to change about a fleet. */
export type FleetChange =
  | {
      readonly kind: "add";
      readonly gpu: string;
      readonly count: number;
      /** The host that gets them; where absent the one with most cards. */
      readonly host?: string;
    }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "swap"; readonly id: string; readonly gpu: string }
  | { readonly kind: "scale-rate"; readonly times: number };

/** Most cards that one change adds. */
const MOST_ADDED = 64;

/** A cause why a change makes no sense: what was expected, and what came. */
export type ChangeRefused = (expected: string, got: string) => Error;

/**
 * A change from its text, as a flag gives it: `rtx-4090`, `2xrtx-4090` or `box1=rtx-4090` to add, `box1:3` to remove,
 * `box1:3=rtx-4090` to swap. Throws what `refused` makes for anything else.
 */
export function parseChange(
  kind: "add" | "remove" | "swap",
  text: string,
  refused: ChangeRefused,
): FleetChange {
  switch (kind) {
    case "add":
      return added(text, refused);
    case "remove":
      return { kind, id: text };
    case "swap": {
      const [id = "", gpu = ""] = cutAt(text);
      if (id === "" || gpu === "") {
        throw refused("a card and what goes in its place, such as box1:3=rtx-4090", text);
      }
      return { kind, id, gpu };
    }
    default:
      return kind satisfies never;
  }
}

function added(text: string, refused: ChangeRefused): FleetChange {
  const [first = "", second] = cutAt(text);
  const [what, host] = second === undefined ? [first] : [second, first];
  const [, count = "1", gpu = ""] = /^(?:(\d{1,9})x)?(.+)$/.exec(what) ?? [];
  if (gpu === "" || host === "" || Number(count) < 1 || Number(count) > MOST_ADDED) {
    throw refused(`a card such as rtx-4090, up to ${MOST_ADDED}xrtx-4090, or box1=rtx-4090`, text);
  }
  return { kind: "add", gpu, count: Number(count), ...(host === undefined ? {} : { host }) };
}

/** Before and after the first "="; no second part without one. */
function cutAt(text: string): readonly string[] {
  const at = text.indexOf("=");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
