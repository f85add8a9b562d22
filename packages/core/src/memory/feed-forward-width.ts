import type { FeedForward } from "../model/feed-forward.ts";
import type { ModelSpec } from "../model/model.ts";

/** Columns of the widest feed-forward that one token passes through. */
export interface FeedForwardWidths {
  /** Dense layers and shared experts. */
  readonly plain: number;
  /** Its routed experts together: active · width of one. */
  readonly experts: number;
  /** Routed experts of one token. */
  readonly active: number;
  /** All of them in one layer. */
  readonly total: number;
}

/** The widest of all layers, part by part. Computed once for a model. */
export function feedForwardWidths(model: ModelSpec): FeedForwardWidths {
  const known = WIDTHS.get(model) ?? widest(model);
  WIDTHS.set(model, known);
  return known;
}

const WIDTHS = new WeakMap<ModelSpec, FeedForwardWidths>();

function widest(model: ModelSpec): FeedForwardWidths {
  const layers = model.layers.map(({ layer }) => widthsOf(layer.feedForward));
  const most = (key: keyof FeedForwardWidths): number =>
    Math.max(0, ...layers.map((widths) => widths[key]));
  return {
    plain: most("plain"),
    experts: most("experts"),
    active: most("active"),
    total: most("total"),
  };
}

function widthsOf(feedForward: FeedForward): FeedForwardWidths {
  if (feedForward.kind === "moe") {
    const experts = feedForward.active * feedForward.intermediate;
    const plain = feedForward.sharedIntermediate + (feedForward.beside?.intermediate ?? 0);
    return { plain, experts, active: feedForward.active, total: plain + experts };
  }
  const plain = feedForward.kind === "dense" ? feedForward.intermediate : 0;
  return { plain, experts: 0, active: 0, total: plain };
}
