import { shared } from "./shared.ts";

/**
 * The same answer as long as the arguments are the same ones, and the same parts of it as long as they are equal; so
 * that what is drawn from it stays.
 */
export function remembered<Args extends readonly unknown[], T>(
  make: (...args: Args) => T,
): (...args: Args) => T {
  let last: { readonly args: Args; readonly made: T } | undefined;
  return (...args) => {
    const known = last;
    if (known !== undefined && args.every((arg, place) => arg === known.args[place])) {
      return known.made;
    }
    const made = shared(last?.made, make(...args));
    last = { args, made };
    return made;
  };
}
