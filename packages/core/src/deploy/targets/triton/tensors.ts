import { fields, list, type PbMessage, type PbValue, word } from "../../text/pbtxt.ts";

/** An input or output of a Triton model. */
export interface Tensor {
  readonly name: string;
  readonly type: "BOOL" | "FP16" | "FP32" | "INT32" | "INT64" | "STRING" | "UINT64";
  readonly dims: readonly number[];
  readonly isOptional?: boolean;
  /** Requests of different lengths share a batch. */
  readonly isRagged?: boolean;
  /** One value a request, handed to the model without its dimension. */
  readonly isScalar?: boolean;
}

export function tensorList(tensors: readonly Tensor[]): PbValue {
  return list(tensors.map((tensor) => fields(tensorFields(tensor))));
}

function tensorFields(tensor: Tensor): PbMessage {
  return [
    ["name", tensor.name],
    ["data_type", word(`TYPE_${tensor.type}`)],
    ["dims", list(tensor.dims)],
    ...(tensor.isScalar ? ([["reshape", fields([["shape", list([])]])]] as const) : []),
    ...(tensor.isRagged ? ([["allow_ragged_batch", true]] as const) : []),
    ...(tensor.isOptional ? ([["optional", true]] as const) : []),
  ];
}

/** String parameters of a model, in the order given. */
export function parameters(values: Readonly<Record<string, string>>): PbMessage {
  return Object.entries(values).map(([key, value]) => [
    "parameters",
    fields([
      ["key", key],
      ["value", fields([["string_value", value]])],
    ]),
  ]);
}

/** TensorRT-LLM places its models by itself: for Triton they are models of the CPU. */
export function instanceGroup(count: number): PbMessage[number] {
  return [
    "instance_group",
    list([
      fields([
        ["count", count],
        ["kind", word("KIND_CPU")],
      ]),
    ]),
  ];
}

/** Waits for nothing: TensorRT-LLM batches in flight, Triton only hands over what is there. */
export function dynamicBatching(maxBatchSize: number): PbMessage[number] {
  return [
    "dynamic_batching",
    fields([
      ["preferred_batch_size", list([maxBatchSize])],
      ["max_queue_delay_microseconds", 0],
      ["default_queue_policy", fields([["max_queue_size", 0]])],
    ]),
  ];
}
