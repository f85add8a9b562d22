import type { Steps } from "../large/steps.ts";
import type { Domain } from "./domain.ts";
import { WHOLE } from "./most-broken.ts";
import type { Relaxation } from "./relaxation.ts";

/**
 * Keeps the whole parts of what the relaxed domain takes for good, makes the largest other part a whole one, and looks
 * again, until nothing is in parts: those counts, by way and then by state. Undefined where that leads nowhere,
 * which proves nothing. Narrows the domain, which the caller widens again.
 */
export function* dive(
  relaxation: Relaxation,
  domain: Domain,
  until: number,
): Steps<readonly number[] | undefined> {
  for (;;) {
    yield undefined;
    const relaxed = relaxation.solve(domain, until);
    if (typeof relaxed === "string") {
      return undefined;
    }
    const taken = relaxed.subarray(0, domain.groups);
    const wholes = taken.map((value) => Math.floor(value + WHOLE));
    const parts = taken.map((value, i) => value - (wholes[i] ?? 0));
    const largest = parts.reduce((best, part, i) => (part > (parts[best] ?? 0) ? i : best), 0);
    if ((parts[largest] ?? 0) <= WHOLE) {
      return [...wholes];
    }
    wholes[largest] = (wholes[largest] ?? 0) + 1;
    wholes.forEach((least, position) => {
      domain.least[position] = least;
      relaxation.limit(domain, position);
    });
  }
}
