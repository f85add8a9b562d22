import { InputError, shown } from "@berth/core";
import {
  type Alias,
  isRouterId,
  listRouters,
  type RouterChoice,
  type RouterId,
} from "@berth/core/routers";
import type { Flags } from "../args/flags.ts";
import { UsageError } from "../usage-error.ts";

/** The flags of `berth render` that put a router in front of the servers. */
export const ROUTER_FLAGS = {
  router: {
    type: "string",
    valueHint: "NAME",
    description: "one OpenAI endpoint in front of all servers; list names the routers",
  },
  alias: {
    type: "string",
    valueHint: "NAME=MODEL",
    description: "another name that clients may ask for, with --router; may be given several times",
  },
} as const;

/** What --router and --alias ask for. Throws an InputError for a router that there is not. */
export function routerChoice(flags: Flags): RouterChoice | undefined {
  const name = flags.text("router");
  const aliases = flags.texts("alias").map(aliasOf);
  if (name === undefined && aliases.length > 0) {
    throw new UsageError("--alias is a router's: expected --router as well");
  }
  return name === undefined ? undefined : { id: routerNamed(name), aliases };
}

function routerNamed(name: string): RouterId {
  if (isRouterId(name)) {
    return name;
  }
  const known = listRouters().map(({ id }) => id);
  throw new InputError({ file: "--router" }, `expected ${known.join(" or ")}, got ${shown(name)}`);
}

/** The last "=" parts them: a model's name may hold none, a name for it any. */
function aliasOf(text: string): Alias {
  const at = text.lastIndexOf("=");
  if (at <= 0 || at === text.length - 1) {
    throw new UsageError(`--alias: expected NAME=MODEL, got ${shown(text)}`);
  }
  return { name: text.slice(0, at), model: text.slice(at + 1) };
}
