import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type ClusterUnit, type KubeState, type KubeUnit, readKubeState } from "@berth/core/launch";
import { type Program, programToFile, runProgram } from "../../io/run.ts";
import { ToolError } from "../../tool-error.ts";
import type { Cluster, ClusterCommand } from "./cluster.ts";

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
  /** Objects that this call made. */
  #created: readonly string[] = [];
  #isAllNew = false;

  constructor(units: readonly KubeUnit[], { bundle, logs }: { bundle: string; logs: string }) {
    this.units = units;
    this.#bundle = bundle;
    this.#logs = logs;
    this.beginning = [this.#check, this.#apply].map((args) => ({ words: ["kubectl", ...args] }));
    this.ending = [{ words: ["kubectl", ...this.#remove] }];
  }

  get #apply(): readonly string[] {
    return ["apply", "-k", this.#bundle];
  }

  get #check(): readonly string[] {
    return [...this.#apply, "--dry-run=server"];
  }

  get #remove(): readonly string[] {
    return ["delete", "-k", this.#bundle, "--ignore-not-found", "--wait=true"];
  }

  get #get(): readonly string[] {
    const kinds = [...new Set(this.units.map(({ kind }) => RESOURCES[kind]))];
    return ["get", [...kinds, "pods"].join(","), "--selector", MANAGED, "--output", "json"];
  }

  commands = (): readonly ClusterCommand[] => [{ words: ["kubectl", ...this.#get] }];

  look = async (): Promise<ReadonlySet<string>> => {
    const all = changes(await runProgram(call(this.#check, "asking the cluster")));
    const same = all.filter(({ done }) => done === "unchanged").map(({ object }) => object);
    const isSame = ({ kind, name }: KubeUnit): boolean =>
      same.some((object) => object.startsWith(kind.toLowerCase()) && object.endsWith(`/${name}`));
    return new Set(this.units.filter(isSame).map(({ name }) => name));
  };

  begin = async (): Promise<void> => {
    const all = changes(await runProgram(call(this.#apply, "applying the manifests")));
    this.#created = all.filter(({ done }) => done === "created").map(({ object }) => object);
    this.#isAllNew = this.#created.length === all.length;
  };

  /** It was applied with all others. */
  start = async (): Promise<void> => undefined;

  progress = async (unit: ClusterUnit): Promise<KubeState["progress"]> =>
    (await this.#state(unit)).progress;

  logs = async (unit: ClusterUnit): Promise<readonly string[]> => {
    const { containers } = await this.#state(unit);
    await mkdir(this.#logs, { recursive: true });
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

  rollBack = async (): Promise<readonly string[]> => {
    if (this.#created.length === 0) {
      return [];
    }
    const args = this.#isAllNew
      ? this.#remove
      : ["delete", ...this.#created, "--ignore-not-found", "--wait=true"];
    await runProgram({
      ...call(args, "deleting what was created"),
      timeoutSeconds: DELETE_SECONDS,
    });
    return this.#created.toReversed();
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

function call(args: readonly string[], what: string): Program {
  return { command: "kubectl", args, what, timeoutSeconds: TIMEOUT_SECONDS };
}

function changes(printed: string): readonly { readonly object: string; readonly done: string }[] {
  return printed.split("\n").flatMap((line) => {
    const [, object, done] = DONE.exec(line) ?? [];
    return object === undefined || done === undefined ? [] : [{ object, done }];
  });
}
