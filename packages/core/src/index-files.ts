export { type ByteSource, bytesSource } from "./importers/byte-source.ts";
export { formOfBytes, ggufParts, ggufSplit } from "./importers/detect.ts";
export { importGguf } from "./importers/gguf-model.ts";
export { type GgufHeader, readGguf } from "./importers/gguf-reader.ts";
export { readSafetensors } from "./importers/safetensors.ts";
export type { StoredTensor } from "./importers/stored-tensor.ts";
export { withMeasuredWeights } from "./importers/tensors.ts";
export { importTrtllm, isTrtllmConfig } from "./importers/trtllm-engine.ts";
