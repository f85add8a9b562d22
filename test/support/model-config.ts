// The fields of Triton's ModelConfig that a config.pbtxt may have, as facts: names and types. Two checkers read the
// table: our own, on what the strict reader read, and protoc, on the text, with a .proto made from it.
import type { PbFields, PbRead } from "./read-pbtxt.ts";

/** A scalar, an enum or a message of these tables; "[]" after it is repeated, "map " before it a map of strings to it. */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ModelConfig: {
    name: "string",
    platform: "string",
    backend: "string",
    max_batch_size: "int32",
    input: "ModelInput[]",
    output: "ModelOutput[]",
    instance_group: "ModelInstanceGroup[]",
    dynamic_batching: "ModelDynamicBatching",
    parameters: "map ModelParameter",
    ensemble_scheduling: "ModelEnsembling",
    model_transaction_policy: "ModelTransactionPolicy",
  },
  ModelInput: {
    name: "string",
    data_type: "DataType",
    dims: "int64[]",
    reshape: "ModelTensorReshape",
    allow_ragged_batch: "bool",
    optional: "bool",
  },
  ModelOutput: {
    name: "string",
    data_type: "DataType",
    dims: "int64[]",
    reshape: "ModelTensorReshape",
  },
  ModelTensorReshape: { shape: "int64[]" },
  ModelInstanceGroup: { name: "string", kind: "Kind", count: "int32", gpus: "int32[]" },
  ModelDynamicBatching: {
    preferred_batch_size: "int32[]",
    max_queue_delay_microseconds: "uint64",
    default_queue_policy: "ModelQueuePolicy",
  },
  ModelQueuePolicy: { max_queue_size: "uint32" },
  ModelParameter: { string_value: "string" },
  ModelEnsembling: { step: "Step[]" },
  Step: {
    model_name: "string",
    model_version: "int64",
    input_map: "map string",
    output_map: "map string",
  },
  ModelTransactionPolicy: { decoupled: "bool" },
};

const DATA_TYPES =
  "INVALID BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 FP32 FP64 STRING BF16";

const ENUMS: Readonly<Record<string, readonly string[]>> = {
  DataType: DATA_TYPES.split(" ").map((name) => `TYPE_${name}`),
  Kind: ["KIND_AUTO", "KIND_GPU", "KIND_CPU", "KIND_MODEL"],
};

/** The table as a .proto, for protoc --encode=ModelConfig. */
export function modelConfigProto(): string {
  const messages = Object.entries(MESSAGES).map(([name, fields]) => {
    const lines = Object.entries(fields).map(
      ([field, type], at) => `  ${protoType(type)} ${field} = ${at + 1};`,
    );
    return `message ${name} {\n${lines.join("\n")}\n}`;
  });
  const enums = Object.entries(ENUMS).map(([name, values]) => {
    const lines = values.map((value, at) => `  ${value} = ${at};`);
    return `enum ${name} {\n${lines.join("\n")}\n}`;
  });
  return ['syntax = "proto3";', ...enums, ...messages].join("\n");
}

function protoType(type: string): string {
  if (type.startsWith("map ")) {
    return `map<string, ${type.slice("map ".length)}>`;
  }
  return type.endsWith("[]") ? `repeated ${type.slice(0, -"[]".length)}` : type;
}

/** What is wrong with a config, one line each; none where it is a ModelConfig with a name. */
export function modelConfigProblems(config: PbFields): readonly string[] {
  const named = config.get("name") === undefined ? ["name: missing"] : [];
  return [...named, ...messageProblems(config, "ModelConfig", "")];
}

function messageProblems(fields: PbFields, message: string, path: string): readonly string[] {
  return [...fields].flatMap(([name, values]) => {
    const type = MESSAGES[message]?.[name];
    const at = `${path}${name}`;
    if (type === undefined) {
      return [`${at}: no field of ${message}`];
    }
    const isMany = type.endsWith("[]") || type.startsWith("map ");
    return [
      ...(isMany || values.length === 1 ? [] : [`${at}: given ${values.length} times`]),
      ...values.flatMap((value) => valueProblems(value, type.replace("[]", ""), at)),
    ];
  });
}

function valueProblems(value: PbRead, type: string, path: string): readonly string[] {
  if (type.startsWith("map ")) {
    return mapProblems(value, type.slice("map ".length), path);
  }
  if (type in MESSAGES) {
    return value instanceof Map
      ? messageProblems(value, type, `${path}.`)
      : [`${path}: no message`];
  }
  return isScalar(value, type) ? [] : [`${path}: no ${type}`];
}

function mapProblems(entry: PbRead, type: string, path: string): readonly string[] {
  if (!(entry instanceof Map) || [...entry.keys()].join() !== "key,value") {
    return [`${path}: no key and value`];
  }
  const [key, value] = [entry.get("key"), entry.get("value")];
  return key?.length === 1 && value?.length === 1 && typeof key[0] === "string"
    ? valueProblems(value[0] as PbRead, type, `${path}.${key[0]}`)
    : [`${path}: no single key and value`];
}

function isScalar(value: PbRead, type: string): boolean {
  if (type in ENUMS) {
    return typeof value === "object" && "word" in value && (ENUMS[type] ?? []).includes(value.word);
  }
  if (type === "string") {
    return typeof value === "string";
  }
  if (type === "bool") {
    return typeof value === "boolean";
  }
  return Number.isSafeInteger(value) && (!type.startsWith("u") || Number(value) >= 0);
}
