import { compareVersions } from "../engine/version.ts";
import { LAUNCHERS } from "./launchers.gen.ts";

type Row = (typeof LAUNCHERS)[number];

export type LauncherId = Row["launcher"];

type RowOf<Id extends LauncherId> = Extract<Row, { readonly launcher: Id }>;

type ValueOf<Id extends LauncherId, Fact> = Extract<RowOf<Id>, { readonly fact: Fact }>["value"];

/** A fact of a launcher that holds in every version. */
export function launcherFact<
  Id extends LauncherId,
  Fact extends Exclude<RowOf<Id>, { readonly from: string }>["fact"],
>(launcher: Id, fact: Fact): ValueOf<Id, Fact> {
  const rows = LAUNCHERS.filter((row) => row.launcher === launcher && row.fact === fact);
  return rows[0]?.value as ValueOf<Id, Fact>;
}

/** A fact of a launcher in one version. Undefined in versions before the first that has it. */
export function launcherFactAt<
  Id extends LauncherId,
  Fact extends Extract<RowOf<Id>, { readonly from: string }>["fact"],
>(launcher: Id, fact: Fact, version: string): ValueOf<Id, Fact> | undefined {
  const found = LAUNCHERS.findLast(
    (row) =>
      row.launcher === launcher &&
      row.fact === fact &&
      "from" in row &&
      compareVersions(row.from, version) <= 0,
  );
  return found?.value as ValueOf<Id, Fact> | undefined;
}

/** The versions that a fact of a launcher begins with, oldest first. */
export function launcherVersions<
  Id extends LauncherId,
  Fact extends Extract<RowOf<Id>, { readonly from: string }>["fact"],
>(launcher: Id, fact: Fact): readonly string[] {
  return LAUNCHERS.flatMap((row) =>
    row.launcher === launcher && row.fact === fact && "from" in row ? [row.from] : [],
  );
}
