/** What a symbol of a law stands for. */
export interface LawSymbol {
  /** In mathjs' spelling, from byte, token, element, layer, graph and cell; "1" where it only counts. */
  readonly unit: string;
  readonly meaning: string;
}

const element = "element / token";

/**
 * Every symbol that a law uses. A `..._mib` is a size in MiB: the factor 2^20 beside it makes bytes, so its
 * dimension is byte. One sequence makes one token a step, so a batch counts tokens.
 */
export const SYMBOLS: Readonly<Record<string, LawSymbol>> = {
  calibration: { unit: "1", meaning: "what the user's own runs measured, over what is published" },
  // weights
  plain: {
    unit: "byte",
    meaning: "weights in 16 bits: embeddings, head, norms, routers, excluded modules",
  },
  quantized: { unit: "byte", meaning: "elements of quantised matrices" },
  scales: { unit: "byte", meaning: "scales and zero points of quantised matrices" },
  rope: { unit: "byte", meaning: "table of rotary angles" },
  with_draft: { unit: "byte", meaning: "weights with those of the draft" },
  alone: { unit: "byte", meaning: "weights of the model alone" },
  on_host: { unit: "byte", meaning: "weights that stay in host memory" },
  rest: { unit: "byte", meaning: "what the allocator rounds large weights up by" },
  resident: { unit: "byte", meaning: "weights that can't be streamed from host memory" },
  streamable: { unit: "byte", meaning: "weights that can be streamed from host memory" },
  gpu_weights_percent: {
    unit: "1",
    meaning: "share of the streamable weights that stays on the card",
  },
  file: { unit: "byte", meaning: "tensors as the model's files state them" },
  // sizes of the model
  hidden: { unit: element, meaning: "width of the hidden state" },
  ffn_width: { unit: element, meaning: "width of the feed-forward that a token passes through" },
  expert_width: { unit: element, meaning: "width of the routed experts that a token visits" },
  vocab: { unit: element, meaning: "words of the vocabulary" },
  layers: { unit: "layer", meaning: "layers on this rank" },
  active: { unit: "1", meaning: "routed experts that a token visits" },
  // limits
  tokens: { unit: "token", meaning: "max_num_tokens: tokens of one forward step" },
  ubatch: { unit: "token", meaning: "tokens of one micro-batch" },
  batch: { unit: "token", meaning: "max_batch_size: sequences of one step, a token each" },
  max_seq_len: { unit: element, meaning: "max_seq_len: longest sequence" },
  beams: { unit: "1", meaning: "beams of each sequence" },
  cells: { unit: "cell", meaning: "cells of the KV cache" },
  tp: { unit: "1", meaning: "tensor parallel size" },
  ep: { unit: "1", meaning: "expert parallel size" },
  graphs: { unit: "graph", meaning: "CUDA graphs that are captured" },
  // bytes of an element
  element_bytes: { unit: "byte / element", meaning: "bytes of an activation" },
  logit_bytes: { unit: "byte / element", meaning: "bytes of an FP32 logit or an index" },
  // facts of the engine
  mib: { unit: "byte", meaning: "fact of data/engines" },
  delta_mib: {
    unit: "byte",
    meaning: "what kernels of one kind of layer hold outside PyTorch: gated delta nets, latents",
  },
  base_mib: { unit: "byte", meaning: "what is there without any load" },
  sampler_base_mib: { unit: "byte", meaning: "what the sampler takes without any load" },
  nccl_mib: { unit: "byte", meaning: "an NCCL communicator" },
  buffer_mib: { unit: "byte", meaning: "one buffer of the custom all-reduce" },
  per_layer_mib: {
    unit: "byte / layer / graph",
    meaning: "what one graph takes for one layer",
  },
  per_token_mib: { unit: "byte / token", meaning: "what each token of a step takes" },
  residue: { unit: "1", meaning: "share of the weights that loading leaves behind" },
  weights: { unit: "byte", meaning: "weights of this rank" },
  spread: { unit: "1", meaning: "correction for how the weights are stored" },
  copies: { unit: "1", meaning: "buffers of that size" },
  hidden_copies: { unit: "1", meaning: "hidden-wide buffers alive at the peak" },
  ffn_copies: { unit: "1", meaning: "feed-forward-wide buffers alive at the peak" },
  vision_copies: { unit: "1", meaning: "hidden-wide buffers that a vision tower adds" },
  images: { unit: "1", meaning: "images of the largest size in one profile run" },
  image_tokens: { unit: "token", meaning: "tokens of the largest image" },
  patches: {
    unit: "token",
    meaning: "patches of the largest image, as the vision tower gets them",
  },
  colour_bytes: { unit: "byte / element", meaning: "bytes of a colour before it is cast: 4" },
  patch_inputs: { unit: element, meaning: "colours of one patch's pixels" },
  features: { unit: "1", meaning: "vectors of the vision tower for each token" },
  kept_copies: { unit: "1", meaning: "how often images and what was made of them are kept" },
  tower_copies: { unit: "1", meaning: "hidden-wide buffers alive at the vision tower's peak" },
  video_tokens: { unit: "token", meaning: "tokens of one video that room is kept for" },
  vision_hidden: { unit: element, meaning: "width of the vision tower" },
  vision_ffn_width: {
    unit: element,
    meaning: "width of its feed-forward before and behind the activation, together",
  },
  activations: { unit: "byte", meaning: "what the language model's own profile takes" },
  expert_tokens: { unit: "token", meaning: "tokens of a step that the experts take at a time" },
  expert_width_copies: { unit: "1", meaning: "expert-wide workspaces" },
  expert_hidden_copies: {
    unit: "1",
    meaning: "hidden-wide workspaces of each expert that a token visits",
  },
  stage_copies: { unit: "1", meaning: "hidden-wide buffers that pipeline stages hand over" },
  sampler_copies: { unit: "1", meaning: "copies of the logits in the sampler" },
  logits_copies: { unit: "1", meaning: "copies of the logits" },
  sequence_copies: { unit: "1", meaning: "index tables as long as a sequence" },
  mask_bytes: {
    unit: "byte / token / cell",
    meaning: "bytes of the attention mask a token and cell",
  },
  pipeline_copies: { unit: "1", meaning: "micro-batches that a pipeline of cards keeps inputs of" },
  input_mask_bytes: {
    unit: "byte / token / cell",
    meaning: "bytes of the attention mask among the inputs of a card",
  },
  // a plan's own numbers
  memory: { unit: "byte", meaning: "what CUDA can see of the card" },
  others: { unit: "byte", meaning: "held by processes that the plan does not start" },
  host_memory: { unit: "byte", meaning: "memory of the host that engines may load through" },
  largest_load: { unit: "byte", meaning: "the most that one start takes of it" },
  disk: { unit: "byte", meaning: "what the host has for files of models" },
  files: { unit: "byte", meaning: "checkpoints or engines on it, each counted once" },
  power_budget: { unit: "W", meaning: "what the host's cards in use may draw together" },
  power_planned: { unit: "W", meaning: "power limits of the host's cards in use, added up" },
  reserve: { unit: "byte", meaning: "kept free on the user's wish" },
  earlier: {
    unit: "byte",
    meaning: "what is planned for engines that start before it",
  },
  held: { unit: "byte", meaning: "what is planned for its own terms before the KV cache" },
  free_at_start: { unit: "byte", meaning: "what the engine finds free when it starts" },
  free_for_kv: { unit: "byte", meaning: "what its fraction is of" },
  used_at_start: { unit: "byte", meaning: "what others hold on the card when it starts" },
  context: { unit: "byte", meaning: "its CUDA context, as planned" },
  gpu_memory_utilization: { unit: "1", meaning: "share of the card's total that vLLM takes" },
  before_load: {
    unit: "byte",
    meaning: "what is there before the weights are loaded: CUDA context and NCCL",
  },
  loaded: { unit: "byte", meaning: "weights and buffers that the engine counts when it is loaded" },
  free_before_load: { unit: "byte", meaning: "what is free before the weights are loaded" },
  sequence_tokens: { unit: "token", meaning: "tokens of one sequence of full length" },
  sequence_bytes: {
    unit: "byte",
    meaning: "KV cache of one sequence of full length, with its windows and state",
  },
  block_bytes: {
    unit: "byte",
    meaning: "one block of the KV cache, a page of each layer of a group",
  },
  bytes_per_token: { unit: "byte / token", meaning: "KV cache of one token on this rank" },
  kv_tokens: { unit: "token", meaning: "tokens of the KV cache" },
  tokens_per_block: { unit: "token", meaning: "tokens of one block" },
  blocks: { unit: "1", meaning: "blocks of the KV cache" },
  kv_budget: { unit: "byte", meaning: "what the engine gives its KV cache on this rank" },
  cross_share: { unit: "1", meaning: "share of the KV cache that cross-attention's pool gets" },
  tokens_per_sequence: { unit: "token", meaning: "tokens of one sequence of full length" },
  null_blocks: { unit: "1", meaning: "blocks of the KV cache that no sequence gets" },
  resume_share: { unit: "1", meaning: "share of the pool that may be in use when one starts" },
  cross_blocks: { unit: "1", meaning: "blocks of what one sequence reads by cross-attention" },
  cross_bytes_per_token: {
    unit: "byte / token",
    meaning: "K and V of one token that cross-attention reads, on this rank",
  },
  slots: { unit: "1", meaning: "places for a sequence's recurrent state: batch · pipeline stages" },
  state_bytes: { unit: "byte", meaning: "recurrent state of one sequence on one rank" },
  sequences: { unit: "1", meaning: "sequences held at once" },
  blocks_per_sequence: { unit: "1", meaning: "blocks that one sequence of full length takes" },
  pool: { unit: "byte", meaning: "KV cache of this rank" },
  margin: { unit: "byte", meaning: "what the plan counts above the terms' values" },
  margin_before: { unit: "byte", meaning: "the same for the terms before the KV cache" },
  spread_of_terms: {
    unit: "byte",
    meaning:
      "standard deviation of the terms' sum above its value: (high - value) / 1.96 each, squared and added",
  },
  spread_before: { unit: "byte", meaning: "the same for the terms before the KV cache" },
  planned_terms: { unit: "byte", meaning: "what the plan counts for the terms" },
  terms: { unit: "byte", meaning: "the terms at their values" },
  misses: {
    unit: "1",
    meaning: "chances of the ranks on the card to exceed what is planned, added up",
  },
  planned: { unit: "byte", meaning: "everything that the plan puts on the card" },
};
