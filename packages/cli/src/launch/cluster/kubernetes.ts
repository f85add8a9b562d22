import { join } from "node:path";
import {
  type ClusterThing,
  type ClusterUnit,
  type KubeState,
  type KubeUnit,
  readKubeContext,
  readKubeState,
} from "@berth/core/launch";
import { makeFolder } from "../../io/make-folder.ts";
import { type Program, programToFile, runProgram, tryProgram } from "../../io/run.ts";
import { ToolError } from "../../tool-error.ts";
import type { Cluster, ClusterCommand, ClusterLook } from "./cluster.ts";
import type { KeptCluster } from "./kept-cluster.ts";

const TIMEOUT_SECONDS = 120;
/** Pods are given time to end. */
const DELETE_SECONDS = 300;
const MANAGED = "app.kubernetes.io/managed-by=berth";

const RESOURCES: Readonly<Record<KubeUnit["kind"], string>> = {
  Deployment: "deployments.apps",
  StatefulSet: "statefulsets.apps",
  LeaderWorkerSet: "leaderworkersets.leaderworkerset.x-k8s.io",
};

/** What kubectl says it did to an object: "deployment.apps/chat created". */
const DONE = /^(\S+\/\S+) (created|configured|unchanged)\b/;

/** The manifests of a bundle: applied at once, since each pod waits for those before it by itself. */
export class KubernetesCluster implements Cluster {
  readonly units: readonly KubeUnit[];
  readonly beginning: readonly ClusterCommand[];
  readonly ending: readonly ClusterCommand[];
  readonly #bundle: string;
  readonly #logs: string;
  /** Objects that the bundle has and the cluster has not. */
  #coming: readonly string[] = [];

  constructor(units: readonly KubeUnit[], folder: string) {
    this.units = units;
    this.#bundle = join(folder, "bundle");
    this.#logs = join(folder, "logs");
    this.beginning = [this.#check, this.#apply].map((args) => ({ words: ["kubectl", ...args] }));
    this.ending = [{ words: ["kubectl", ...removal(["OBJECTS"])] }];
  }

  get #apply(): readonly string[] {
    return ["apply", "-k", this.#bundle];
  }

  get #check(): readonly string[] {
    return [...this.#apply, "--dry-run=server"];
  }

  get #get(): readonly string[] {
    const kinds = [...new Set(this.units.map(({ kind }) => RESOURCES[kind]))];
    return ["get", [...kinds, "pods"].join(","), "--selector", MANAGED, "--output", "json"];
  }

  commands = (): readonly ClusterCommand[] => [{ words: ["kubectl", ...this.#get] }];

  /** Of the current context; undefined where kubectl has no configuration, as inside a cluster. */
  where = async (): Promise<string | undefined> => {
    const args = ["config", "view", "--minify", "--output", "json"];
    const { isDone, stdout } = await tryProgram(call(args, "asking for the context"));
    return isDone ? readKubeContext(stdout) : undefined;
  };

  look = async ({ things }: KeptCluster): Promise<ClusterLook> => {
    const all = changes(await runProgram(call(this.#check, "asking the cluster")));
    const withAction = (action: string): readonly string[] =>
      all.filter(({ done }) => done === action).map(({ object }) => object);
    this.#coming = withAction("created");
    const same = withAction("unchanged");
    const isSame = ({ kind, name }: KubeUnit): boolean =>
      same.some((object) => object.startsWith(kind.toLowerCase()) && object.endsWith(`/${name}`));
    return {
      staying: new Set(this.units.filter(isSame).map(({ name }) => name)),
      stale: things.filter(({ name }) => all.every(({ object }) => object !== name)),
    };
  };

  begin = async (kept: KeptCluster): Promise<void> => {
    await kept.keep(this.#coming.map((name) => ({ name, isSettled: false })));
    await runProgram(call(this.#apply, "applying the manifests"));
  };

  /** It was applied with all others. */
  start = async (): Promise<void> => undefined;

  progress = async (unit: ClusterUnit): Promise<KubeState["progress"]> =>
    (await this.#state(unit)).progress;

  logs = async (unit: ClusterUnit): Promise<readonly string[]> => {
    const { containers } = await this.#state(unit);
    await makeFolder(this.#logs);
    const files: string[] = [];
    for (const { pod, container, isPrevious } of containers) {
      const file = join(this.#logs, `${pod}-${container}.log`);
      const args = ["logs", pod, "--container", container, "--tail=-1"];
      const all = isPrevious ? [...args, "--previous"] : args;
      if (await programToFile(call(all, `reading what ${pod} printed`), file)) {
        files.push(file);
      }
    }
    return files;
  };

  remove = async (things: readonly ClusterThing[]): Promise<void> => {
    if (things.length > 0) {
      const args = removal(things.map(({ name }) => name));
      const program = call(args, "deleting what was created");
      await runProgram({ ...program, timeoutSeconds: DELETE_SECONDS });
    }
  };

  async #state(unit: ClusterUnit): Promise<KubeState> {
    const own = this.units.find(({ name }) => name === unit.name);
    const text = await runProgram(call(this.#get, `asking for ${unit.name}`));
    const state = own === undefined ? undefined : readKubeState(text, own);
    if (state === undefined) {
      throw new ToolError(`asking for ${unit.name}: kubectl printed what is no list of objects`);
    }
    return state;
  }
}

function removal(names: readonly string[]): readonly string[] {
  return ["delete", ...names, "--ignore-not-found", "--wait=true"];
}

function call(args: readonly string[], what: string): Program {
  return { command: "kubectl", args, what, timeoutSeconds: TIMEOUT_SECONDS };
}

function changes(printed: string): readonly { readonly object: string; readonly done: string }[] {
  return printed.split("\n").flatMap((line) => {
    const [, object, done] = DONE.exec(line) ?? [];
    return object === undefined || done === undefined ? [] : [{ object, done }];
  });
}
