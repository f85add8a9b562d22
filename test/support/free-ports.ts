import { createServer } from "node:net";

interface Range {
  readonly first: number;
  readonly end: number;
}

/** Below what Linux gives to outgoing connections (32768 on), which come and go at any time. */
const ANY: Range = { first: 14_000, end: 32_000 };
/** As wide as 8000, for tables that are compared. */
const FOUR_DIGITS: Range = { first: 2000, end: 9960 };
/** Ports from the first of one call to the first of the next. */
const STEP = 20;
/** Test files that run side by side take turns. */
const WORKERS = 16;

const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % WORKERS;
/** Another run on this machine begins elsewhere. */
let turn = process.pid;

/** The first of twenty ports that nobody uses, other than those of any earlier call in this run. */
export async function freePorts({ first, end }: Range = ANY): Promise<number> {
  turn += 1;
  const mine = Math.floor((end - first) / (STEP * WORKERS));
  const port = first + ((turn % mine) * WORKERS + worker) * STEP;
  const all = Array.from({ length: STEP }, (_, at) => port + at);
  const isFree = await Promise.all(all.map(canListen));
  return isFree.every(Boolean) ? port : freePorts({ first, end });
}

/** As freePorts, of four digits, and none of them a number of this text: in what is printed, the two can't be told apart. */
export async function freeShortPorts(text: string): Promise<number> {
  const first = await freePorts(FOUR_DIGITS);
  const numbers = [...text.matchAll(/\d+/g)].map(Number);
  const isTaken = numbers.some((number) => number >= first && number < first + STEP);
  return isTaken ? freeShortPorts(text) : first;
}

function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
