export type FactName = (typeof FACT_NAMES)[number];

/** What data/engines may state of an engine; units are in the names. */
export const FACT_NAMES = [
  // held by one process before it has a model, and by libraries and allocators beside it
  "contextMiB",
  "runtimeMiB",
  // what tuning the kernels of gated delta nets leaves outside PyTorch
  "deltaRuleMiB",
  // what V0 holds outside PyTorch with latent attention
  "latentRuntimeMiB",
  "afterKvMiB",
  // what loading leaves behind, as a share of the weights; bytes of an element of the rotary table, if it counts
  "weightResidueShare",
  "ropeElementBytes",
  // the largest rest of a rounded segment that PyTorch's allocator keeps with a weight
  "allocatorRestMiB",
  // buffers of all tokens of a step that are alive at once, hidden-wide and feed-forward-wide; a factor on all
  "activationBaseMiB",
  "activationHiddenCopies",
  "activationFeedForwardCopies",
  "activationSpread",
  // hidden-wide buffers of all tokens of a step that a vision tower adds to a profile run
  "visionHiddenCopies",
  // where the profile is known: how often images and their vectors are kept, and tower-wide buffers at the tower's peak
  "visionKeptCopies",
  "visionTowerCopies",
  // tower-wide buffers of every sequence's image, where an encoder-decoder's tower runs for a whole batch
  "visionTileCopies",
  // tokens of one video that are kept room for, timestamps and all
  "visionVideoTokens",
  // copies of batch · vocabulary logits in 16 bits at the end of a step
  "headLogitsCopies",
  // FP32 copies of batch · vocabulary in the sampler
  "samplerLogitsCopies",
  "samplerBaseMiB",
  // more of them while tokens of a draft are checked
  "draftLogitsCopies",
  // workspaces of routed experts: copies of tokens · active · width, and of tokens · active · hidden
  "expertWidthCopies",
  "expertHiddenCopies",
  // tokens that routed experts take at a time, where that is less than a step
  "expertChunkTokens",
  // hidden-wide buffers that a pipeline's rank keeps for its neighbour
  "stageHiddenCopies",
  // ggml's compute buffer: a factor on logits or layer, and bytes of a mask element
  "computeLogitsCopies",
  "computeMaskBytes",
  // 1 where a mask has the cells of one slot only, not of all
  "maskOfOneSlot",
  // inputs that ggml keeps so many times where a model is on several cards, and bytes of a mask element among them: on
  // the first card, which makes its mask from one on the host, and on those behind it
  "pipelineCopies",
  "pipelineFirstMaskBytes",
  "pipelineMaskBytes",
  // TensorRT engines: copies of batch · vocabulary and batch · max_seq_len in runtime buffers and decoder
  "runtimeLogitsCopies",
  "runtimeSequenceCopies",
  "decoderLogitsCopies",
  // NCCL's communicator on a rank, by how ranks reach each other; buffers of the custom all-reduce
  "ncclPeerToPeerMiB",
  "ncclHostMiB",
  "allReduceBufferMiB",
  "allReduceCopies",
  // CUDA graphs: cost a layer and graph, and the largest batch that is captured
  "graphMiBPerLayer",
  "graphLargestBatch",
  // 1 where max_batch_size is captured too when it stands between two sizes of the list
  "graphOfMaxBatch",
  // 1 where a KV budget is rounded up to a whole block; tokens of a cell run
  "roundsBlocksUp",
  "cellPadding",
  // blocks of every pool that no sequence gets
  "nullBlocks",
  // recurrent state: pages of it that a sequence holds (vLLM), its share of the KV cache's bytes (SGLang)
  "statePages",
  "statePoolRatio",
  // share of the KV cache that cross-attention's pool gets when nobody sets it
  "crossKvFraction",
  // prompts above this are cut into steps (vLLM V0)
  "chunksAboveTokens",
  // what an option is when nobody sets it
  "defaultKvFraction",
  "defaultMaxBatchSize",
  "defaultMaxNumTokens",
  "defaultTokensPerBlock",
  // SGLang's automatic fraction: what it leaves free
  "reserveMiB",
  "reserveMiBPerToken",
  "reserveMiBPerRank",
  "reserveMiBPerGraphBatch",
  "reserveMiBOfDraft",
  // while an engine loads, host memory that it takes as a share of its weights
  "hostLoadShare",
  // what a card must have free of the emptiest card's free memory, else the engine does not start
  "leastFreeShare",
] as const;
