// kubectl as far as a launch needs it, and a cluster of this one host: workloads, and pods as containers of the box.

import {
  applyAll,
  clusterList,
  deleteAll,
  kustomized,
  podContainer,
  resourceOf,
} from "./cluster.mjs";
import { logOf } from "./containers.mjs";
import { readBox } from "./ledger.mjs";
import { copyTo, fail, flagsOf, say } from "./program.mjs";

const [verb, ...words] = process.argv.slice(2);
const { kube = {} } = readBox();
if (kube.isDown === true) {
  fail(
    1,
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
  );
}
const VERBS = {
  config: async () => {
    const { context = "box", namespace = "default" } = kube;
    const contexts = [{ name: context, context: { cluster: "box", user: "me", namespace } }];
    say(JSON.stringify({ kind: "Config", contexts, "current-context": context }));
  },
  apply: async () => {
    const { options } = flagsOf(words, { k: 1, "dry-run": 1 });
    const isDry = options["dry-run"] === "server";
    const objects = kustomized(options.k);
    const refused = objects.find(({ kind }) => (kube.unknownKinds ?? []).includes(kind));
    if (refused !== undefined) {
      fail(
        1,
        `error: resource mapping not found for name: "${refused.metadata.name}" namespace: "" from "${options.k}": no matches for kind "${refused.kind}" in version "${refused.apiVersion}"`,
        "ensure CRDs are installed first",
      );
    }
    for (const { object, done } of await applyAll(objects, isDry)) {
      say(`${resourceOf(object)} ${done}${isDry ? " (server dry run)" : ""}`);
    }
  },
  get: async () => {
    const { rest } = flagsOf(words, { selector: 1, output: 1 });
    say(JSON.stringify(await clusterList(rest[0].split(","))));
  },
  logs: async () => {
    const { options, rest } = flagsOf(words, { container: 1, tail: 1, previous: 0 });
    const container = podContainer(rest[0]);
    if (container === undefined || options.container !== "engine") {
      fail(1, `Error from server (NotFound): pods "${rest[0]}" not found`);
    }
    copyTo(process.stdout, logOf(container.Id));
  },
  delete: async () => {
    const flags = { k: 1, "ignore-not-found": 0, wait: 1 };
    const { options, rest } = flagsOf(words, flags);
    const names = options.k === undefined ? rest : kustomized(options.k).map(resourceOf);
    for (const name of await deleteAll(names)) {
      say(`${name.split("/")[0]} "${name.split("/")[1]}" deleted`);
    }
  },
};
await (VERBS[verb] ?? (() => fail(1, `error: unknown command "${verb}" for "kubectl"`)))();
