import { realpath } from "node:fs/promises";
import { posix } from "node:path";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import type { ServeDocument } from "../documents/serve-schema.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { LIMITS } from "../serve/limits.ts";
import { openFiles } from "../serve/opened-files.ts";
import { builtPage } from "../serve/page-folder.ts";
import { type RunningServer, startServer } from "../serve/start-server.ts";
import { UsageError } from "../usage-error.ts";
import { readVersion } from "../version.ts";
import { isLoopback } from "../watch/listen-address.ts";

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
    "allow-host": {
      type: "string",
      valueHint: "NAME",
      description:
        "another name under which browsers may ask, such as this machine's in your network; may be given several times",
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description:
        "local (default), ssh://host, or a file with any output of nvidia-smi: what the live inventory asks; may be given several times, one host each",
    },
    json: JSON_FLAG,
  },
  repeatable: ["inventory", "allow-host"],
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
  const server = await startServer({
    host,
    allowedHosts: flags.texts("allow-host"),
    port: portOf(flags),
    place,
    opened,
    version: await readVersion(),
    page,
    limits: LIMITS,
  });
  const isEnded = new Promise<void>((resolve) => {
    // listeners that were taken off would leave the end to execa's
    process.on("SIGINT", resolve).on("SIGTERM", resolve);
  });
  if (!isLoopback(host)) {
    terminal.remark(
      `CAREFUL: other machines reach this (${host}), and nothing is encrypted: whoever reads the traffic gets the token, and whoever has the token reads the files of ${folder.root} and writes ${name}`,
    );
  }
  await announce(server, folder.root, { flags, terminal });
  await isEnded;
  await server.close();
  return EXIT.done;
}

async function announce(
  { url, port }: RunningServer,
  folder: string,
  { flags, terminal }: { readonly flags: Flags; readonly terminal: Terminal },
): Promise<void> {
  const document: ServeDocument = { schema: "berth/serve@1", url, port, folder };
  await terminal.print(flags.isSet("json") ? `${JSON.stringify(document)}\n` : `${url}\n`);
  terminal.remark("open this address in a browser; Ctrl-C ends it");
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
