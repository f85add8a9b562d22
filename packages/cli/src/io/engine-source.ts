import { shown } from "@berth/core";
import { type EngineName, nameOf } from "@berth/core/verify";
import { UsageError } from "../usage-error.ts";

/** "MODEL=PLACE" or "PLACE": a file or a URL, and the engine of the plan that it is of. */
export interface EngineSource {
  readonly place: string;
  readonly of?: EngineName;
}

/**
 * Takes what stands before "=" for an engine where the plan has one of that name ("chat", "chat#2" for its second
 * replica). Throws a UsageError for a name that is none; a file with "=" in its own name is given as ./a=b.log.
 */
export function engineSource(
  flag: string,
  given: string,
  engines: readonly EngineName[],
): EngineSource {
  const at = given.indexOf("=");
  const name = given.slice(0, Math.max(0, at));
  if (at < 0 || /[/:\\]/.test(name)) {
    return { place: given };
  }
  const plain = name.replace(/ ?#/, " #");
  const of = engines.find((engine) => nameOf(engine) === plain);
  if (of === undefined) {
    const known = engines.map(nameOf).join(", ");
    throw new UsageError(`--${flag}: expected one of ${known} before "=", got ${shown(name)}`);
  }
  return { place: given.slice(at + 1), of: { model: of.model, replica: of.replica } };
}
