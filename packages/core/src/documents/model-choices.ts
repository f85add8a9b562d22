import type { ModelSpec } from "../model/model.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import type { Alternative } from "../placement/model-variants.ts";
import { InputError, shown } from "../report/errors.ts";
import { parseTokens } from "../units/parse.ts";
import { kvDtypeOf } from "./estimate-request.ts";
import type { FleetModel } from "./fleet-file-types.ts";

interface Place {
  readonly file: string;
  readonly key: string;
}

/**
 * The settings that the fleet file gives to choose from: the first of each list, and every other combination, the
 * best liked first. What the file does not say is one choice. Throws an InputError for tokens that are none.
 */
export function settingsOf(
  place: Place,
  { model, spec }: { readonly model: FleetModel; readonly spec: ModelSpec },
  fallback: Alternative["limits"] & { readonly kvCacheDtype: KvCacheDtype | undefined },
): { readonly own: Alternative; readonly alternatives: readonly Alternative[] } {
  const kvPlace = `${place.file}: ${place.key}`;
  const kvCacheDtypes = listOf<string | undefined>(model.kvCacheDtype, undefined).map((asked) =>
    kvDtypeOf(kvPlace, spec, asked, fallback.kvCacheDtype),
  );
  const maxNumTokens = listOf<number | string>(model.maxNumTokens, fallback.maxNumTokens).map(
    (asked, i) => tokensOf(place, asked, Array.isArray(model.maxNumTokens) ? `[${i}]` : ""),
  );
  const combinations = combine({
    kvCacheDtypes: distinct(kvCacheDtypes),
    maxNumTokens: distinct(maxNumTokens),
    maxBatchSizes: distinct(listOf(model.maxBatchSize, fallback.maxBatchSize)),
    eps: distinct(listOf(model.ep, 1)),
  });
  const [own, ...alternatives] = combinations;
  if (own === undefined) {
    throw new InputError(place, "expected lists with something to choose from, got an empty one");
  }
  return { own, alternatives };
}

/** Every combination, the best liked first. */
function combine(lists: {
  readonly kvCacheDtypes: readonly Alternative["kvCacheDtype"][];
  readonly maxNumTokens: readonly number[];
  readonly maxBatchSizes: readonly number[];
  readonly eps: readonly number[];
}): readonly Alternative[] {
  return lists.kvCacheDtypes
    .flatMap((kvCacheDtype, i) =>
      lists.maxNumTokens.flatMap((maxNumTokens, j) =>
        lists.maxBatchSizes.flatMap((maxBatchSize, k) =>
          lists.eps.map((ep) => ({
            kvCacheDtype,
            ep,
            limits: { maxNumTokens, maxBatchSize },
            steps: i + j + k,
          })),
        ),
      ),
    )
    .sort((a, b) => a.steps - b.steps);
}

function listOf<T>(asked: T | readonly T[] | undefined, fallback: T): readonly T[] {
  if (asked === undefined) {
    return [fallback];
  }
  return Array.isArray(asked) ? asked : [asked as T];
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function tokensOf({ file, key }: Place, asked: number | string, index: string): number {
  const tokens = parseTokens(asked);
  if (tokens === undefined || tokens < 1) {
    throw new InputError(
      { file, key: `${key}.maxNumTokens${index}` },
      `expected tokens such as 8192 or "8k", got ${shown(asked)}`,
    );
  }
  return tokens;
}
