export { type ByteSource, bytesSource } from "./importers/byte-source.ts";
export { ggufParts, ggufSplit } from "./importers/detect.ts";
export { draftOfModel, readDraftModel } from "./importers/draft-model.ts";
export { importGguf } from "./importers/gguf-model.ts";
export { type GgufHeader, readGguf } from "./importers/gguf-reader.ts";
export {
  HEADER_ENDING,
  headerText,
  type WeightsHeader,
} from "./importers/header-document.ts";
export { readLoraAdapter } from "./importers/lora-adapter.ts";
export { MAX_CONFIG_BYTES, MAX_INDEX_BYTES } from "./importers/model-folder.ts";
export { looksLikeHubId, looksLikePath } from "./importers/model-names.ts";
export type { ModelTree } from "./importers/model-tree.ts";
export { readDraftAt } from "./importers/read-draft.ts";
export { readHeader } from "./importers/read-header.ts";
export { readModelAt } from "./importers/read-model.ts";
export { readSafetensors } from "./importers/safetensors.ts";
export { shardsOf } from "./importers/safetensors-shards.ts";
export type { StoredTensor } from "./importers/stored-tensor.ts";
export { withMeasuredWeights } from "./importers/tensors.ts";
export { importTrtllm, isTrtllmConfig } from "./importers/trtllm-engine.ts";
export { withPart } from "./model/with-part.ts";
