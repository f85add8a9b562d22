// What every stand-in of an engine does, whatever its flags: load step by step, and answer once it is ready.
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freeMiB, hold, readBox, release } from "./ledger.mjs";
import { answerOpenai } from "./openai.mjs";

export const MIB = 2 ** 20;
const MIB_A_GIB = 1024;

/** The cards that CUDA_VISIBLE_DEVICES names, by UUID or index, in its order. */
export function visibleCards() {
  const cards = ownCards();
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  return visible === undefined
    ? cards
    : visible.split(",").map((id) => {
        const card = cards.find(({ uuid }, index) => uuid === id || String(index) === id);
        if (card === undefined) {
          fail(`no CUDA device ${id}`);
        }
        return card;
      });
}

/** The cards of the box, or those that a container or a job was given. */
function ownCards() {
  const { cards } = readBox();
  const given = process.env.FAKE_BOX_CARDS?.split(",");
  return given === undefined
    ? cards
    : cards.filter(({ uuid }, index) => given.includes(uuid) || given.includes(String(index)));
}

export function modelOf(source) {
  const { models } = readBox();
  return models[source] ?? fail(`${source} is no local folder and no model id`);
}

export function faultOf(port) {
  return readBox().faults?.[port] ?? { kind: "none" };
}

/** What it takes of a term beside its model's numbers: of the weights unless the fault says otherwise. */
export function extraMiB({ kind, extraMiB: extra, term = "weights" }, of = "weights") {
  return kind === "more" && term === of ? extra : 0;
}

export function fail(...lines) {
  for (const line of lines) {
    process.stderr.write(`${line}\n`);
  }
  release();
  process.exit(1);
}

/** Holds so much on each of these cards; ends as the engine does where that is not free. */
export function take(name, cards, mib, onShort) {
  const held = Object.fromEntries(cards.map(({ uuid }) => [uuid, Math.ceil(mib)]));
  if (!hold(name, held)) {
    onShort();
  }
}

/** What a new process could take of each of these cards: the least of them. */
export function leastFreeMiB(cards) {
  return Math.min(...cards.map(freeMiB));
}

/** As all engines print it: GiB, whatever they call it. */
export function gib(mib) {
  return (mib / MIB_A_GIB).toFixed(2);
}

/** What PyTorch says where a card has not that much. */
export function torchShortage(cards, wantedMiB) {
  const [{ totalMiB }] = cards;
  fail(
    `torch.OutOfMemoryError: CUDA out of memory. Tried to allocate ${gib(wantedMiB)} GiB. GPU 0 has a total capacity of ${gib(totalMiB)} GiB of which ${gib(leastFreeMiB(cards))} GiB is free.`,
  );
}

/** What goes wrong while the weights load, for the faults that all engines share. */
export async function misbehave(fault, program) {
  switch (fault.kind) {
    case "exit":
      return fail(`${program}: fatal: the configuration can't be used`);
    case "killed":
      return process.kill(process.pid, "SIGKILL");
    case "cublas":
      return fail(
        "RuntimeError: CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
      );
    case "no-peer-to-peer":
      return fail(
        "RuntimeError: NCCL error: unhandled cuda error: peer access is not supported between these two devices",
      );
    case "wrong-capability":
      return fail(
        "RuntimeError: CUDA error: no kernel image is available for execution on the device",
      );
    case "slow":
      return sleep(fault.delayMs);
    case "ignores-term":
      process.on("SIGTERM", () => undefined);
      return undefined;
    default:
      return undefined;
  }
}

/**
 * Answers a path each with a text, and OpenAI's requests for the model that `nameOf` finds, until it is stopped; one that
 * hangs stays and never answers.
 */
export function serve({ host, port, pages, nameOf, fault = { kind: "none" } }) {
  if (fault.kind === "hang") {
    setInterval(() => undefined, 1000);
    return;
  }
  const server = createServer((request, response) => {
    if (nameOf !== undefined && answerOpenai(request, response, { nameOf })) {
      return;
    }
    const page = pages[request.url];
    response.statusCode = page === undefined ? 404 : 200;
    response.end(page ?? "");
  });
  server.listen(port, host);
}

/** What /v1/models of all of them says. */
export function modelList(...names) {
  return JSON.stringify({ object: "list", data: names.map((id) => ({ id, object: "model" })) });
}
