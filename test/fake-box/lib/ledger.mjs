// The one account of who holds how much of which card.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = process.env.FAKE_BOX ?? "";

/** Cards, models and faults, as the test wrote them. */
export function readBox() {
  if (FOLDER === "") {
    throw new Error("FAKE_BOX names no folder");
  }
  return JSON.parse(readFileSync(join(FOLDER, "box.json"), "utf8"));
}

/** What live processes hold: {pid, name, heldMiB: {uuid: MiB}}. */
export function holders() {
  return files().flatMap((file) => {
    try {
      const holder = JSON.parse(readFileSync(join(FOLDER, "held", file), "utf8"));
      return isAlive(holder.pid) ? [holder] : [];
    } catch {
      return [];
    }
  });
}

function files() {
  try {
    return readdirSync(join(FOLDER, "held")).filter((file) => /^\d+\.json$/.test(file));
  } catch {
    return [];
  }
}

/** Whether a process is there and no zombie. */
export function isAlive(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    return false;
  }
}

export function usedMiB(uuid) {
  return holders().reduce((sum, { heldMiB }) => sum + (heldMiB[uuid] ?? 0), 0);
}

export function freeMiB({ uuid, totalMiB, reservedMiB }) {
  return totalMiB - reservedMiB - usedMiB(uuid);
}

/** Says what this process holds from now on; false, and nothing changes, where a card has not that much. */
export function hold(name, heldMiB) {
  const before = holders().find(({ pid }) => pid === process.pid)?.heldMiB ?? {};
  const { cards } = readBox();
  const isShort = cards.some(
    (card) => (heldMiB[card.uuid] ?? 0) - (before[card.uuid] ?? 0) > freeMiB(card),
  );
  if (isShort) {
    return false;
  }
  mkdirSync(join(FOLDER, "held"), { recursive: true });
  const file = join(FOLDER, "held", `${process.pid}.json`);
  writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, name, heldMiB }));
  renameSync(`${file}.new`, file);
  return true;
}

export function release() {
  rmSync(join(FOLDER, "held", `${process.pid}.json`), { force: true });
}
