import { resolve } from "node:path";
import { readPlanDocument } from "@berth/core";
import { type Command, JSON_FLAG } from "../args/command.ts";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { engineSource } from "../io/engine-source.ts";
import { readPlanText } from "../io/plan-file.ts";
import { parseSshAddress } from "../io/ssh-address.ts";
import type { Terminal } from "../io/terminal.ts";
import { stateFolder } from "../launch/state-file.ts";
import { UsageError } from "../usage-error.ts";
import { listenAddress } from "../watch/listen-address.ts";
import { takeSample, type Watching } from "../watch/take-sample.ts";
import { watchOn } from "../watch/watch-on.ts";
import { printSample } from "../watch/watch-view.ts";

const DEFAULT_INTERVAL_S = 10;
const MIB = 1024 ** 2;

export const watch: Command = {
  meta: {
    name: "watch",
    description:
      "What a plan's cards and engines hold, again and again, with alarms near its limits",
  },
  args: {
    plan: {
      type: "positional",
      required: true,
      description: "what berth plan --json or --out wrote",
    },
    inventory: {
      type: "string",
      valueHint: "SOURCE",
      description:
        "local (default), ssh://host, or a file with any output of nvidia-smi; may be given several times, one host each",
    },
    metrics: {
      type: "string",
      valueHint: "[MODEL=]URL",
      description:
        "an engine's metrics, for its KV cache, as berth verify takes them; those of engines that berth launch started here are found",
    },
    listen: {
      type: "string",
      valueHint: "ADDRESS:PORT",
      description: "serve /metrics for Prometheus there, such as 127.0.0.1:9410",
    },
    "allow-host": {
      type: "string",
      valueHint: "NAME",
      description:
        "a name by which the metrics may be asked for, beside this machine's own; with it --listen takes addresses that others reach",
    },
    interval: {
      type: "string",
      valueHint: "SECONDS",
      description: `from one look to the next; ${DEFAULT_INTERVAL_S} unless said`,
    },
    "near-mib": {
      type: "string",
      valueHint: "MIB",
      description:
        "alarm where less than so much is left of what the plan allows on a card; 64 unless said, as much as comes and goes by itself, or half of the plan's margin where that is less",
    },
    once: {
      type: "boolean",
      description: "look once and end: 1 where there is an alarm, for cron",
    },
    state: {
      type: "string",
      valueHint: "DIR",
      description: "the folder that berth launch was given",
    },
    json: {
      ...JSON_FLAG,
      description: "print one JSON document a look, a line each; with --once one document",
    },
  },
  repeatable: ["inventory", "metrics", "allow-host"],
  examples: [
    "berth watch plan.json",
    "berth watch plan.json --listen 127.0.0.1:9410",
    "berth watch plan.json --inventory ssh://box1 --inventory ssh://box2 --once --json",
  ],
  run: runWatch,
};

async function runWatch(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const allowedHosts = flags.texts("allow-host");
  const listen = flags.text("listen");
  const address = listen === undefined ? undefined : listenAddress(listen, allowedHosts);
  const isOnce = flags.isSet("once");
  if (address === undefined && allowedHosts.length > 0) {
    throw new UsageError("--allow-host goes with --listen ADDRESS:PORT");
  }
  if (isOnce && address !== undefined) {
    throw new UsageError("--once ends after one look, so nobody could ask --listen for it");
  }
  const intervalMs = (flags.whole("interval", 1) ?? DEFAULT_INTERVAL_S) * 1000;
  const watching = await watchingOf(flags, terminal);
  const isJson = flags.isSet("json");
  if (!isOnce) {
    return watchOn({ watching, address, allowedHosts, intervalMs, isJson }, terminal);
  }
  const { document, isPartial } = await takeSample(
    watching,
    terminal,
    new AbortController().signal,
  );
  await printSample(document, terminal, { isJson, isOnce });
  if (!document.holds) {
    return EXIT.no;
  }
  return isPartial ? EXIT.failed : EXIT.done;
}

async function watchingOf(flags: Flags, terminal: Terminal): Promise<Watching> {
  const file = flags.text("plan") ?? "";
  const given = flags.texts("inventory");
  if (given.includes("-") && (file === "-" || !flags.isSet("once"))) {
    throw new UsageError("stdin (-) can be read once only");
  }
  // an address that is none is refused before the first look, which takes what can't be reached for down
  given.filter((source) => source.startsWith("ssh:")).forEach(parseSshAddress);
  const plan = readPlanDocument(file, await readPlanText(file, terminal));
  const nearMib = flags.whole("near-mib", 0);
  return {
    plan,
    sources: given.length === 0 ? ["local"] : given,
    endpoints: flags.texts("metrics").map((one) => {
      const { place, of } = engineSource("metrics", one, plan.deployments);
      return { url: place, ...(of === undefined ? {} : { of }) };
    }),
    stateFolder: resolve(terminal.cwd, flags.text("state") ?? stateFolder()),
    nearBytes: nearMib === undefined ? undefined : nearMib * MIB,
  };
}
