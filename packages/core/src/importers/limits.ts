// What a config may say. Real values lie far below; the room keeps future models readable, and the
// limits keep every product of them finite and every loop short against files that lie.

/** The most layers seen: 162 (Llama-3.1-Nemotron-Ultra-253B). */
export const MAX_LAYERS = 2048;

/** The widest model seen: 16384 (Llama-3.1-405B). */
export const MAX_HIDDEN = 262_144;

/** The widest feed-forward seen: 53248 (Llama-3.1-405B). */
export const MAX_INTERMEDIATE = 4_194_304;

/** The largest vocabulary seen: 262208 (Gemma 3). */
export const MAX_VOCAB = 16_777_216;

/** The most heads seen: 128 (DeepSeek-V3, Llama-3.1-405B). */
export const MAX_HEADS = 4096;

/** The largest head seen: 512 (Gemma 4). Latent ranks share the limit; the largest seen is 1536. */
export const MAX_HEAD_DIM = 65_536;

/** The most experts seen: 512 (Qwen3-Next, Nemotron 3). */
export const MAX_EXPERTS = 16_384;

/** The longest context seen: 10,485,760 (Llama 4 Scout). */
export const MAX_CONTEXT = 1_000_000_000;

/** The most parameters seen: about 1.6e12 (DeepSeek-V4-Pro). */
export const MAX_PARAMETERS = 1e15;

/** The largest checkpoint seen: 1.1e12 bytes (Kimi K2 in BF16 is twice that). */
export const MAX_CHECKPOINT_BYTES = 4e15;

/** The most draft layers seen: 3 (MiniMax M2, MiMo V2). */
export const MAX_DRAFT = 64;

/** The widest convolution seen: 4 (Mamba-2, gated delta-net). */
export const MAX_CONV = 4096;
