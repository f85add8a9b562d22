import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { RenderOptions } from "../../render-options.ts";
import type { EngineServer } from "../../servers/engine-server.ts";
import { isPath } from "../../servers/model-files.ts";

/** A volume, or where it is mounted. */
interface NamedObject {
  readonly name: string;
  readonly [key: string]: unknown;
}

/** Where a server's pods find the model's files. */
export interface ModelStorage {
  /** A path in the container, or a Hub id. */
  readonly model: string;
  readonly volumes: readonly NamedObject[];
  readonly mounts: readonly NamedObject[];
  readonly environment: readonly object[];
}

/** Secret with a key `token` that the pods may read from the Hub with; it need not be there. */
export const HUB_SECRET = "hf-token";

/** The folder on the hosts, or in the claim, that models and the Hub's cache lie in. */
export function modelsFolder({ modelsFolder: folder }: RenderOptions): string {
  return folder ?? launcherFact("kubernetes", "modelsFolder");
}

/** The model's files, and those of a draft beside it. */
export function modelStorage(server: EngineServer, options: RenderOptions): ModelStorage {
  const storage = ownStorage(server, options);
  const draft = server.deployment.draft?.source;
  if (draft === undefined) {
    return storage;
  }
  const folder = modelsFolder(options);
  if (isPath(draft)) {
    const { volumes, mounts } = draft.startsWith(`${folder}/`)
      ? inFolder(options)
      : byItself(draft, "draft");
    return {
      ...storage,
      volumes: withOthers(storage.volumes, volumes),
      mounts: withOthers(storage.mounts, mounts),
    };
  }
  const cache = inFolder(options);
  return {
    ...storage,
    volumes: withOthers(storage.volumes, cache.volumes),
    mounts: withOthers(storage.mounts, cache.mounts),
    environment: hubVariables(folder),
  };
}

/** What is not there yet by its name is added. */
function withOthers(
  there: readonly NamedObject[],
  more: readonly NamedObject[],
): readonly NamedObject[] {
  return [...there, ...more.filter(({ name }) => !there.some((each) => each.name === name))];
}

function ownStorage(server: EngineServer, options: RenderOptions): ModelStorage {
  const folder = modelsFolder(options);
  if (server.triton !== undefined) {
    return tritonStorage(server.triton.folders, options);
  }
  const { source, isPath: isFolder, need } = server.model;
  if (need !== undefined) {
    return { model: madeFiles(server, folder), ...inFolder(options), environment: [] };
  }
  if (!isFolder) {
    return { model: source, ...inFolder(options), environment: hubVariables(folder) };
  }
  const own = source.startsWith(`${folder}/`) ? inFolder(options) : byItself(source);
  return { model: source, ...own, environment: [] };
}

/** The folders that a Triton's configurations name, each at its own path, and where it puts its repository together. */
function tritonStorage(folders: readonly string[], options: RenderOptions): ModelStorage {
  const folder = modelsFolder(options);
  const others = folders.filter((each) => each !== folder && !each.startsWith(`${folder}/`));
  const own = others.map((path, at) => ({
    volume: { name: `folder-${at + 1}`, hostPath: { path, type: "Directory" } },
    mount: { name: `folder-${at + 1}`, mountPath: path, readOnly: true },
  }));
  const { volumes, mounts } = inFolder(options);
  return {
    model: "",
    volumes: [...volumes, ...own.map(({ volume }) => volume)],
    mounts: [...mounts, ...own.map(({ mount }) => mount)],
    environment: [{ name: "BERTH_RUN_DIR", value: "/tmp/berth" }],
  };
}

/** Where the files have to lie that the plan counts on and the model's own are not. */
export function madeFiles({ file, deployment }: EngineServer, folder: string): string {
  const { quantization, engine } = deployment;
  const base = `${folder}/${file.replace(/-r\d+$/, "")}`;
  if (engine.id !== "llama.cpp") {
    return `${base}-${quantization}`;
  }
  return quantization === "gguf" ? `${base}.gguf` : `${base}-${quantization}.gguf`;
}

function inFolder(options: RenderOptions): Pick<ModelStorage, "volumes" | "mounts"> {
  const path = modelsFolder(options);
  const claimName = options.kubernetes?.modelsClaim;
  const volume =
    claimName === undefined
      ? { hostPath: { path, type: "DirectoryOrCreate" } }
      : { persistentVolumeClaim: { claimName } };
  return {
    volumes: [{ name: "models", ...volume }],
    mounts: [{ name: "models", mountPath: path }],
  };
}

/** A path of its own on the host; it must be there already. */
function byItself(path: string, name = "model"): Pick<ModelStorage, "volumes" | "mounts"> {
  const type = path.endsWith(".gguf") ? "File" : "Directory";
  return {
    volumes: [{ name, hostPath: { path, type } }],
    mounts: [{ name, mountPath: path, readOnly: true }],
  };
}

function hubVariables(folder: string): readonly object[] {
  const secretKeyRef = { name: HUB_SECRET, key: "token", optional: true };
  return [
    { name: "HF_HOME", value: `${folder}/huggingface` },
    { name: "HF_TOKEN", valueFrom: { secretKeyRef } },
  ];
}
