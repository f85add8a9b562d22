import type { ModelSpec } from "../model/model.ts";
import { importHfConfig } from "./hf-config.ts";
import { parseJson } from "./parse-json.ts";

/** The texts of a model's files, by their usual names; whoever calls has read them. */
export interface ModelFiles {
  /** The folder or file that they are from: the model's id. */
  readonly path: string;
  readonly files: {
    readonly "config.json": string;
    readonly "hf_quant_config.json"?: string;
    readonly "model.safetensors.index.json"?: string;
  };
  /** The config's name in messages; "config.json" where absent. */
  readonly configFile?: string;
}

/** What the model in these files is. Throws an InputError where one of them can't be read. */
export function importModelFiles({
  path,
  files,
  configFile = "config.json",
}: ModelFiles): ModelSpec {
  const parsed = (name: "hf_quant_config.json" | "model.safetensors.index.json"): unknown => {
    const text = files[name];
    return text === undefined ? undefined : parseJson(name, text);
  };
  return importHfConfig({
    id: path,
    file: configFile,
    config: parseJson(configFile, files["config.json"]),
    hfQuant: parsed("hf_quant_config.json"),
    safetensorsIndex: parsed("model.safetensors.index.json"),
  });
}
