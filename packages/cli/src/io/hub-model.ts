import {
  InputError,
  importModelFiles,
  type ModelFiles,
  type ModelSpec,
  parseJson,
} from "@berth/core";
import {
  MAX_CONFIG_BYTES,
  MAX_INDEX_BYTES,
  readSafetensors,
  type StoredTensor,
  shardsOf,
  withMeasuredWeights,
} from "@berth/core/files";
import { type HttpAnswer, type HttpClient, HttpProblem } from "./http-client.ts";
import { openHttpSource } from "./http-source.ts";

/** Headers fetched at the same time. */
const PARALLEL = 8;

/** What a Hub has of a model: its small files, and the tables of its shards. */
interface HubFiles {
  readonly texts: ModelFiles["files"];
  /** Absent where their headers can't be read: the note says why. */
  readonly shards?: readonly {
    readonly name: string;
    readonly tensors: readonly StoredTensor[];
  }[];
  readonly notes: readonly string[];
  readonly isStale: boolean;
}

/** The model that a Hub's files describe. Throws an HttpProblem. */
export async function readHubModel(
  client: HttpClient,
  endpoint: string,
  id: string,
): Promise<ModelSpec> {
  const { texts, shards, notes, isStale } = await readHubFiles(client, endpoint, id);
  const model = importModelFiles({ path: id, configFile: `${id}/config.json`, files: texts });
  const tensors = shards?.flatMap((shard) => shard.tensors);
  const measured =
    tensors === undefined
      ? model
      : withMeasuredWeights(model, { tensors, source: "safetensors headers" });
  const stale = isStale
    ? ["its Hub can't be reached: its files are those that were read last time"]
    : [];
  return { ...measured, notes: [...stale, ...measured.notes, ...notes] };
}

/** A model's small files, and the headers of its shards by ranges. Throws an HttpProblem. */
export async function readHubFiles(
  client: HttpClient,
  endpoint: string,
  id: string,
): Promise<HubFiles> {
  const repository: Repository = { client, id, base: `${endpoint}/${id}/resolve` };
  const config = await configOf(repository);
  // all other files are those of the same commit, even while someone pushes
  const revision = /^[0-9a-f]{40}$/.test(config.commit ?? "") ? (config.commit ?? "main") : "main";
  const quant = await textOf(repository, `${revision}/hf_quant_config.json`, MAX_CONFIG_BYTES);
  const index = await textOf(
    repository,
    `${revision}/model.safetensors.index.json`,
    MAX_INDEX_BYTES,
  );
  const names =
    index === undefined
      ? ["model.safetensors"]
      : shardsOf(`${id}/model.safetensors.index.json`, parseJson("index", index));
  return {
    texts: {
      "config.json": text(config),
      ...(quant === undefined ? {} : { "hf_quant_config.json": quant }),
      ...(index === undefined ? {} : { "model.safetensors.index.json": index }),
    },
    isStale: config.isStale,
    ...(await headersOf(repository, revision, names)),
  };
}

/** A repository's config.json. Throws an HttpProblem. */
export async function readHubConfig(
  client: HttpClient,
  endpoint: string,
  id: string,
): Promise<{ readonly name: string; readonly text: string }> {
  const config = await configOf({ client, id, base: `${endpoint}/${id}/resolve` });
  return { name: `${id}/config.json`, text: text(config) };
}

interface Repository {
  readonly client: HttpClient;
  readonly id: string;
  /** The URL up to the revision. */
  readonly base: string;
}

async function configOf({ client, id, base }: Repository): Promise<HttpAnswer> {
  try {
    return await client.get({ url: `${base}/main/config.json`, end: MAX_CONFIG_BYTES });
  } catch (error) {
    const status = error instanceof HttpProblem ? error.status : 0;
    const { host } = new URL(base);
    if (status === 401 || status === 403) {
      throw new InputError(
        { file: id },
        `${host} refuses it (status ${status}): there is no such model, or HF_TOKEN must hold a token that may read it`,
        { cause: error },
      );
    }
    if (status === 404) {
      throw new InputError(
        { file: id },
        `${host} has no config.json for it: there is no such model, or it is kept in another form; give its file`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** A file's text; undefined where the repository has none. */
async function textOf(
  { client, base }: Repository,
  path: string,
  end: number,
): Promise<string | undefined> {
  try {
    return text(await client.get({ url: `${base}/${path}`, end }));
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 404) {
      return;
    }
    throw error;
  }
}

function text({ body }: HttpAnswer): string {
  return new TextDecoder().decode(body);
}

/** The tables of the shards, or a note on why there are none. */
async function headersOf(
  repository: Repository,
  revision: string,
  names: readonly string[],
): Promise<Pick<HubFiles, "shards" | "notes">> {
  try {
    const shards = await inParallel(names, async (name) => ({
      name,
      tensors: await headerOf(repository, revision, name),
    }));
    return { shards, notes: [] };
  } catch (error) {
    if (!(error instanceof HttpProblem)) {
      throw error;
    }
    const why =
      error.status === 404 ? "it has no safetensors files" : `its headers: ${error.message}`;
    return { notes: [`${why}; the config's arithmetic is used`] };
  }
}

async function headerOf(
  { client, id, base }: Repository,
  revision: string,
  shard: string,
): Promise<readonly StoredTensor[]> {
  const path = shard.split("/").map(encodeURIComponent).join("/");
  const name = `${id}/${shard}`;
  return readSafetensors(name, await openHttpSource(client, `${base}/${revision}/${path}`, name));
}

async function inParallel<T, R>(
  items: readonly T[],
  of: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += PARALLEL) {
    results.push(...(await Promise.all(items.slice(i, i + PARALLEL).map(of))));
  }
  return results;
}
