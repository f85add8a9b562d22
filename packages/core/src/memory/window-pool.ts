import { windowPoolRatio } from "../engine/window-pool.ts";
import type { StagePlace } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { type Tokens, tokens } from "../units/units.ts";
import { ownBytesPerToken } from "./cross-kv.ts";
import type { MemoryRequest } from "./estimate.ts";
import { kvGroups } from "./kv-cache.ts";
import { rememberStage } from "./remember-stage.ts";

type PoolRequest = Pick<
  MemoryRequest,
  "model" | "engine" | "version" | "kvCacheDtype" | "stageCapabilities"
>;

/**
 * KV bytes of one token of an engine's pool on every rank of a stage. Where window layers have a pool of their own
 * with r tokens for each of the other layers' (SGLang, --swa-full-tokens-ratio), tokens are counted in the other
 * layers' pool, and one costs F + r · S, in whole bytes: F for the layers that keep everything, S for the others.
 */
export function poolBytesPerToken(request: PoolRequest, place: StagePlace): number {
  const ratio = ratioOf(request);
  if (ratio === undefined) {
    return ownBytesPerToken(request, place);
  }
  const { model, kvCacheDtype } = request;
  return known({ model, ...place, detail: `${kvCacheDtype}/${ratio}` }, () =>
    Math.ceil(
      kvGroups(model, kvCacheDtype, place).reduce(
        (sum, { window, bytesPerToken }) =>
          sum + (window === undefined ? bytesPerToken : ratio * bytesPerToken),
        0,
      ),
    ),
  );
}

const known = rememberStage<number>();

/**
 * Tokens of the pool that a sequence of this length has for itself. A prompt is only taken where both pools have
 * room for all of it, so with a smaller pool for window layers it needs 1 / r times its length. What windows leave
 * behind is given back later; that is not counted on.
 */
export function poolTokens(request: PoolRequest, length: number): Tokens {
  const ratio = ratioOf(request);
  return tokens(ratio === undefined ? length : Math.ceil(length / ratio));
}

function ratioOf({ engine, version, model, stageCapabilities }: PoolRequest): number | undefined {
  const computeCapability = stageCapabilities[0] ?? "";
  const ratio = windowPoolRatio(engine, { version, family: model.family, computeCapability });
  return ratio !== undefined && isMixed(model) ? ratio : undefined;
}

/** Some layers with a window and some without: a model of one kind has one pool. */
function isMixed(model: ModelSpec): boolean {
  const kinds = new Set(model.layers.map(({ layer }) => hasWindow(layer.attention.kind)));
  return kinds.has(true) && kinds.has(false);
}

function hasWindow(kind: string): boolean {
  return kind === "sliding" || kind === "chunked";
}
