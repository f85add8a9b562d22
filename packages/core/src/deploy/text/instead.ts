/** What to ask for where a target can't carry a plan: another one, or where none takes all its engines, none. */
export function insteadText(target: string | undefined): string {
  return target === undefined
    ? "name no target, and each engine gets a folder with its own"
    : `use the target ${target}`;
}
