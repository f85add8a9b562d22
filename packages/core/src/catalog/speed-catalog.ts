import type { LinkRow, SpeedLinkRow, SpeedRow } from "./rows.ts";
import { LINKS, SPEED_LINKS, SPEEDS } from "./speed.gen.ts";

/**
 * What this engine's steps cost on cards of this architecture: the row that was fitted to both, or else the one
 * that was fitted to all.
 */
export function speedRow(engine: string, architecture: string): SpeedRow {
  const row =
    SPEEDS.find((known) => known.engine === engine && known.architecture === architecture) ??
    SPEEDS.find((known) => known.engine === "any");
  if (row === undefined) {
    throw new RangeError("data/speed.json: expected a row for any engine");
  }
  return row;
}

/** What ranks reach of a link that is not NVLink. */
export function speedLink(id: SpeedLinkRow["id"]): SpeedLinkRow {
  const row = SPEED_LINKS.find((known) => known.id === id);
  if (row === undefined) {
    throw new RangeError(`data/speed-links.json: expected a row ${id}`);
  }
  return row;
}

/** The link of this id in data/links.json; undefined where there is none. */
export function linkById(id: string): LinkRow | undefined {
  return LINKS.find((known) => known.id === id);
}
