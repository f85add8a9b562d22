/**
 * What loaded weights and KV pools may differ from what was derived, as a share. vLLM's loaded weights are within 0.5 %
 * of the files, and posted KV pools within 1.1 % of tokens times bytes (68 boot logs); SGLang measures weights as what
 * the card lost, with what its allocator rounds up to.
 */
export const DERIVED_SHARE = 0.02;

/** nvidia-smi prints whole MiB of each process and of a card. */
export const SMI_HALF_WIDTH_MIB = 1;
