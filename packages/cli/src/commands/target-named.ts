import { InputError, shown } from "@berth/core";
import { isTargetId, listTargets, type TargetId } from "@berth/core/deploy";

/** The target of this name. Throws an InputError for one that there is not. */
export function targetNamed(name: string): TargetId {
  if (isTargetId(name)) {
    return name;
  }
  const known = listTargets().map(({ id }) => id);
  throw new InputError({ file: "--target" }, `expected ${known.join(" or ")}, got ${shown(name)}`);
}
