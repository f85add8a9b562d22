import { createServer } from "node:net";

/** Below what Linux gives to outgoing connections (32768 on), which come and go at any time. */
const FIRST = 14_000;
const END = 32_000;
/** Ports from the first of one call to the first of the next. */
const STEP = 20;
/** Test files that run side by side take turns. */
const WORKERS = 16;

const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % WORKERS;
const mine = Math.floor((END - FIRST) / (STEP * WORKERS));
/** Another run on this machine begins elsewhere. */
let turn = process.pid % mine;

/** The first of twenty ports that nobody uses, other than those of any earlier call in this run. */
export async function freePorts(): Promise<number> {
  turn = (turn + 1) % mine;
  const first = FIRST + (turn * WORKERS + worker) * STEP;
  const all = Array.from({ length: STEP }, (_, at) => first + at);
  const isFree = await Promise.all(all.map(canListen));
  return isFree.every(Boolean) ? first : freePorts();
}

function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
