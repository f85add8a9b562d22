import type { StagePlace } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import type { KvCacheDtype } from "../model/quantization.ts";
import { crossLayerCount } from "./cross-kv.ts";
import { crossKvBytesPerToken, kvGroups } from "./kv-cache.ts";
import { sequenceState } from "./recurrent-state.ts";
import { rememberStage } from "./remember-stage.ts";

/**
 * vLLM's pool for layers of several kinds: layers of one kind form groups of equal size, a block is one page of
 * each layer of a group, and all pages are as large as the largest. Posted logs of Qwen 3.5 and 3.6 agree to the
 * token (boot logs vllm-020, vllm-041, vllm-043).
 */
export interface PagedLayout {
  readonly blockBytes: number;
  readonly kinds: readonly PagedKind[];
}

export interface PagedKind {
  readonly groups: number;
  /** Tokens of a page; undefined for state, which fills its pages at once. */
  readonly pageTokens: number | undefined;
  readonly window: number | undefined;
  /** Tokens of another sequence, whatever the length of its own; undefined for its own. */
  readonly fixedTokens: number | undefined;
}

interface LayerKind {
  readonly layers: number;
  /** Bytes a token of one layer, or of the whole state. */
  readonly bytes: number;
  readonly holds: "tokens" | "state";
  readonly window: number | undefined;
  readonly fixedTokens: number | undefined;
}

/** Groups whose sizes differ by less than this are padded to the larger size instead of cut to the smaller. */
const PADDING_LIMIT = 1.25;

/** The layout on one rank of a stage; undefined where all layers keep whole sequences and nothing else. */
export function pagedLayout(
  model: ModelSpec,
  dtype: KvCacheDtype,
  place: PagedPlace,
): PagedLayout | undefined {
  const { parallelism, stage, tokensPerBlock, holdsCross = false } = place;
  const detail = `${dtype} ${tokensPerBlock} ${holdsCross}`;
  return known({ model, parallelism, stage, detail }, () => newLayout(model, dtype, place));
}

interface PagedPlace extends StagePlace {
  readonly tokensPerBlock: number;
  readonly holdsCross?: boolean;
}

const known = rememberStage<PagedLayout | undefined>();

function newLayout(
  model: ModelSpec,
  dtype: KvCacheDtype,
  { tokensPerBlock, holdsCross = false, ...place }: PagedPlace,
): PagedLayout | undefined {
  const kinds = [
    ...kindsOf(model, dtype, place),
    ...(holdsCross ? crossKinds(model, dtype, place) : []),
  ];
  const widest = Math.max(...kinds.map((kind) => (kind.holds === "tokens" ? kind.bytes : 0)));
  if (
    widest <= 0 ||
    kinds.every(
      ({ holds, window, fixedTokens }) =>
        holds === "tokens" && window === undefined && fixedTokens === undefined,
    )
  ) {
    return undefined;
  }
  const state = Math.max(0, ...kinds.map((kind) => (kind.holds === "state" ? kind.bytes : 0)));
  const pageTokens = Math.max(1, Math.ceil(state / widest / tokensPerBlock)) * tokensPerBlock;
  const pageBytes = pageTokens * widest;
  const counts = kinds.map(({ layers }) => layers);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const size = most < PADDING_LIMIT * least ? most : least;
  return {
    blockBytes: size * pageBytes,
    kinds: kinds.map(({ layers, bytes, holds, window, fixedTokens }) => ({
      groups: Math.ceil(layers / size),
      pageTokens: holds === "tokens" ? Math.floor(pageBytes / bytes) : undefined,
      window,
      fixedTokens,
    })),
  };
}

function kindsOf(model: ModelSpec, dtype: KvCacheDtype, place: StagePlace): readonly LayerKind[] {
  const caching = kvGroups(model, dtype, place).map(({ layers, bytesPerToken, window }) => ({
    layers,
    bytes: bytesPerToken / layers,
    holds: "tokens" as const,
    window,
    fixedTokens: undefined,
  }));
  const { draftTokens } = model.run ?? {};
  const drafting = draftTokens === undefined ? {} : { draftTokens };
  const { layers, convolutionBytes, stateBytes } = sequenceState(model, place, drafting);
  const bytes = (convolutionBytes + stateBytes) / Math.max(1, layers);
  return layers === 0
    ? caching
    : [...caching, { layers, bytes, holds: "state", window: undefined, fixedTokens: undefined }];
}

/** Layers that read another sequence; they are a kind of their own (CrossAttentionSpec). */
function crossKinds(
  model: ModelSpec,
  dtype: KvCacheDtype,
  place: StagePlace,
): readonly LayerKind[] {
  const layers = crossLayerCount(model, place);
  const bytes = crossKvBytesPerToken(model, dtype, place) / Math.max(1, layers);
  const { crossTokens: fixedTokens } = model;
  return layers === 0 || fixedTokens === undefined
    ? []
    : [{ layers, bytes, holds: "tokens", window: undefined, fixedTokens }];
}

export interface PagedSequence {
  readonly maxSeqLen: number;
  readonly maxNumTokens: number;
  /** Pages of state that one sequence holds: its own, and one that a prefix can start from. */
  readonly statePages: number;
}

/**
 * Blocks of one sequence of full length: whole pages of its tokens, and of those it reads by cross-attention; of a
 * window, what it and one step span; of state, a fixed number.
 */
export function blocksOfSequence(
  { kinds }: PagedLayout,
  { maxSeqLen, maxNumTokens, statePages }: PagedSequence,
): number {
  return kinds.reduce((sum, { groups, pageTokens, window, fixedTokens }) => {
    if (pageTokens === undefined) {
      return sum + groups * statePages;
    }
    const whole = Math.ceil((fixedTokens ?? maxSeqLen) / pageTokens);
    const held =
      window === undefined ? whole : Math.ceil((window - 1 + maxNumTokens) / pageTokens) + 1;
    return sum + groups * Math.min(whole, held);
  }, 0);
}

/**
 * "GPU KV cache size" of a budget. Up to 0.20 vLLM prints blocks over groups times a page's tokens, later how
 * many sequences of full length there is room for, times that length.
 */
export function pagedTokens(
  layout: PagedLayout,
  budgetBytes: number,
  { printsByGroup, ...sequence }: PagedSequence & { readonly printsByGroup: boolean },
): number {
  const blocks = Math.max(0, Math.floor(budgetBytes / layout.blockBytes));
  if (printsByGroup) {
    const groups = layout.kinds.reduce((sum, kind) => sum + kind.groups, 0);
    const page = Math.min(
      ...layout.kinds.map(({ pageTokens = Number.POSITIVE_INFINITY }) => pageTokens),
    );
    return Math.floor(blocks / groups) * page;
  }
  return Math.floor((blocks / blocksOfSequence(layout, sequence)) * sequence.maxSeqLen);
}
