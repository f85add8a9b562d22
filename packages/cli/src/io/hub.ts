import { InputError, type ModelSpec } from "@berth/core";
import { HEADER_ENDING, headerText, importGguf, readGguf } from "@berth/core/files";
import { createHttpClient, type HttpClient, HttpProblem } from "./http-client.ts";
import { openHttpSource } from "./http-source.ts";
import { readHubConfig, readHubFiles, readHubModel } from "./hub-model.ts";

/** A Hub of models. */
export interface Hub {
  /** Throws an HttpProblem where it can't be reached, an InputError where it has no such model. */
  read(id: string): Promise<ModelSpec>;
  /** A repository's config.json. Throws as `read` does. */
  config(id: string): Promise<{ readonly name: string; readonly text: string }>;
  /**
   * The files that `read` reads, as texts: a header document for each file with weights. Names begin with the id.
   * Throws as `read` does.
   */
  files(id: string): Promise<readonly { readonly name: string; readonly text: string }[]>;
  /** A GGUF file behind a URL, of which only the header is read. Throws an InputError. */
  readGguf(url: string): Promise<ModelSpec>;
}

const HUGGING_FACE = "https://huggingface.co";

/**
 * The Hub that HF_ENDPOINT names, Hugging Face's by default, with the token of HF_TOKEN. HF_HUB_OFFLINE leaves
 * the network alone. Once it can't be reached, it is not asked again: a batch would wait at every line.
 */
export function hubFromEnvironment(env: NodeJS.ProcessEnv = process.env): Hub {
  const endpoint = (env["HF_ENDPOINT"] || HUGGING_FACE).replace(/\/+$/, "");
  const token = (env["HF_TOKEN"] || env["HUGGING_FACE_HUB_TOKEN"])?.trim();
  const isOffline = /^(?:1|true|yes|on)$/i.test(env["HF_HUB_OFFLINE"] ?? "");
  const client = (): HttpClient => {
    const origin = originOf(endpoint);
    refuseToken(token);
    return createHttpClient({
      isOffline,
      token: token === undefined ? undefined : { origin, value: token },
    });
  };
  let silence: HttpProblem | undefined;
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (silence !== undefined) {
      throw silence;
    }
    try {
      return await ask();
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 0 && !isOffline) {
        silence = error;
      }
      throw error;
    }
  };
  return {
    read: (id) => asked(() => readHubModel(client(), endpoint, id)),
    config: (id) => asked(() => readHubConfig(client(), endpoint, id)),
    files: async (id) => {
      const { texts, shards = [] } = await readHubFiles(client(), endpoint, id);
      return [
        ...Object.entries(texts).map(([name, text]) => ({ name: `${id}/${name}`, text })),
        ...shards.map(({ name, tensors }) => ({
          name: `${id}/${name}${HEADER_ENDING}`,
          text: headerText({ form: "safetensors", tensors }),
        })),
      ];
    },
    readGguf: async (url) => {
      try {
        const source = await openHttpSource(client(), url, url);
        return importGguf(url, url, await readGguf(url, source));
      } catch (error) {
        throw error instanceof HttpProblem
          ? new InputError({ file: url }, error.message, { cause: error })
          : error;
      }
    },
  };
}

/** What the header of a request can't hold, before who refuses it shows the secret. */
function refuseToken(token: string | undefined): void {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new InputError(
      { file: "HF_TOKEN" },
      "expected a token of letters, digits and signs, got one with other characters in it",
    );
  }
}

function originOf(endpoint: string): string {
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new InputError(
      { file: "HF_ENDPOINT" },
      `expected an http or https URL, got "${endpoint}"`,
    );
  }
  return new URL(endpoint).origin;
}
