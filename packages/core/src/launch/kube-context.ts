import * as z from "zod";
import { jsonOrNothing } from "../importers/parse-json.ts";

const config = z.looseObject({
  "current-context": z.string().min(1),
  contexts: z
    .array(
      z.looseObject({
        name: z.string(),
        context: z.looseObject({ namespace: z.string().optional() }).optional(),
      }),
    )
    .nullish(),
});

/** "CONTEXT/NAMESPACE" of what `kubectl config view --minify --output json` prints; undefined where it names no context. */
export function readKubeContext(printed: string): string | undefined {
  const found = config.safeParse(jsonOrNothing(printed)).data;
  if (found === undefined) {
    return undefined;
  }
  const name = found["current-context"];
  const own = found.contexts?.find((one) => one.name === name);
  return `${name}/${own?.context?.namespace ?? "default"}`;
}
