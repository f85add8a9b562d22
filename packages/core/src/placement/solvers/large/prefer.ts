import type { Layout } from "../layout.ts";
import { keepPlaces, layoutOfTarget, targetAtLevels } from "./at-share.ts";
import { insert } from "./insert.ts";
import type { Packing } from "./packing.ts";
import type { LargeSearch } from "./search.ts";
import type { Way } from "./ways.ts";

/**
 * The layout, which has its replicas where the packing has them, with replicas in a precision that their
 * model likes better wherever room is left for it.
 */
export function preferPrecision(search: LargeSearch, layout: Layout, packed: Packing): Layout {
  const levels = new Map(layout.map(({ model, level }) => [model, level]));
  const target = targetAtLevels(search, levels);
  const { packing, ways } = target;
  if (keepPlaces(target, packed).length > 0) {
    return layout;
  }
  packing.items.forEach(({ model }, item) => {
    improve(packing, item, ways.get(model) ?? []);
  });
  return layoutOfTarget(search.sites, target);
}

function improve(packing: Packing, item: number, ways: readonly Way[]): void {
  const place = packing.placeOf(item);
  const better = ways
    .filter(({ preference }) => preference < (place?.way.preference ?? 0))
    .sort((a, b) => a.preference - b.preference || a.price - b.price);
  if (place === undefined || better.length === 0) {
    return;
  }
  packing.remove(item);
  if (!insert(packing, item, better)) {
    packing.put(item, place);
  }
}
