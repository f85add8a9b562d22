/** Tags stand at the start of a line. */
const MAX_TAG_CHARACTERS = 240;

/** Ranks of one engine; a line that claims more is no tag. */
const MOST_RANKS = 4096;

/** [RANK 3], Rank 3 uses …, [1,3]<stdout> of mpirun, (VllmWorker rank=3 pid=…). */
const PLAIN =
  /\[RANK (\d{1,4})\]|\bRank (\d{1,4}) uses|^\[\d{1,4},(\d{1,4})\]<std|\brank=(\d{1,4}) pid=/;

/** (Worker_PP1_TP0 pid=…), (Worker_TP3 pid=…), [2025-05-05 03:55:08 PP1 TP0]. */
const BY_PLACE = /(?:\bPP(\d{1,4})[ _]|\b|_)TP(\d{1,4})(?= pid|\])|\bPP(\d{1,4})(?= pid|\])/;

/** The rank whose line it is, of an engine with `tp` ranks a stage; undefined where the line does not say. */
export function rankTag(line: string, tp: number | undefined): number | undefined {
  const head = line.slice(0, MAX_TAG_CHARACTERS);
  const plain = PLAIN.exec(head)
    ?.slice(1)
    .find((digits) => digits !== undefined);
  if (plain !== undefined) {
    return asRank(Number(plain));
  }
  const [match, pp, tpRank = "0", ppAlone] =
    BY_PLACE.exec(head.replaceAll("Worker_", "Worker ")) ?? [];
  const stage = Number(pp ?? ppAlone ?? 0);
  if (match === undefined || (stage > 0 && tp === undefined)) {
    return;
  }
  return asRank(stage * (tp ?? 1) + Number(tpRank));
}

function asRank(rank: number): number | undefined {
  return rank < MOST_RANKS ? rank : undefined;
}
