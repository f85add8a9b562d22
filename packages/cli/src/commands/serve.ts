import { realpath } from "node:fs/promises";
import { posix } from "node:path";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { isLoopback } from "../serve/allowed-hosts.ts";
import { LIMITS } from "../serve/limits.ts";
import { openFiles } from "../serve/opened-files.ts";
import { builtPage } from "../serve/page-folder.ts";
import { startServer } from "../serve/start-server.ts";
import { UsageError } from "../usage-error.ts";
import { readVersion } from "../version.ts";

const LOOPBACK = "127.0.0.1";
const LAST_PORT = 65_535;

export const serve: Command = {
  meta: {
    name: "serve",
    description: "The web planner on this machine: live cards, the fleet file open for saving",
  },
  args: {
    file: {
      type: "positional",
      required: false,
      description:
        "a fleet file or a plan of the folder that berth serve is started in; fleet.yaml if it is there",
    },
    port: {
      type: "string",
      valueHint: "N",
      description:
        "where to listen; 0 for any free port; unless said 7433, or the next that is free",
    },
    host: {
      type: "string",
      valueHint: "ADDRESS",
      description: `the address to listen on; ${LOOPBACK} unless said, which other machines can't reach`,
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description:
        "local (default), ssh://host, or a file with any output of nvidia-smi: what the live inventory asks; may be given several times, one host each",
    },
    json: JSON_FLAG,
  },
  repeatable: ["inventory"],
  examples: [
    "berth serve",
    "berth serve fleet.yaml --inventory ssh://box1 --inventory ssh://box2",
    "berth serve plan.json --port 0 --json",
  ],
  run: runServe,
};

/** Serves until Ctrl-C. */
async function runServe(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const host = flags.text("host") ?? LOOPBACK;
  const folder = { root: await realpath(terminal.cwd) };
  const page = await builtPage();
  const opened = await openFiles(folder, flags.text("file"));
  const { name } = opened.fleet;
  const place = {
    ...folder,
    fleetName: name,
    fleetFolder: posix.dirname(name),
    sources: sourcesOf(flags),
  };
  const version = await readVersion();
  const request = { host, port: portOf(flags), place, opened, version, page, limits: LIMITS };
  const server = await startServer(request);
  const { url, port } = server;
  const isEnded = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  if (!isLoopback(host)) {
    terminal.remark(
      `CAREFUL: this listens on ${host}, beyond this machine, and nothing is encrypted: who reads along on the network sees the token, and who has it can read the files of ${folder.root} and change ${name}`,
    );
  }
  await terminal.print(
    flags.isSet("json")
      ? `${JSON.stringify({ schema: "berth/serve@1", url, port, folder: folder.root })}\n`
      : `${url}\n`,
  );
  terminal.remark("open this address in a browser; Ctrl-C ends it");
  await isEnded;
  await server.close();
  return EXIT.done;
}

function portOf(flags: Flags): number | undefined {
  const port = flags.whole("port", 0);
  if (port !== undefined && port > LAST_PORT) {
    throw new UsageError(`--port: expected at most ${LAST_PORT}, got ${port}`);
  }
  return port;
}

function sourcesOf(flags: Flags): readonly string[] {
  const given = flags.texts("inventory");
  if (given.includes("-")) {
    throw new UsageError("--inventory: expected what can be asked again and again, got stdin (-)");
  }
  return given.length === 0 ? ["local"] : given;
}
