import { type Fields, shownSafely } from "../fields.ts";
import type { Family } from "./family.ts";

/** A family that no one described, read as a Llama where its fields suffice for that. */
export const plain: Family = {
  modelTypes: [],
  differences: (config) => {
    refuseWhatIsNoLlama(config);
    const bias = config.flag("attention_bias", false);
    return {
      qkvBias: bias,
      outBias: bias,
      mlpBias: config.flag("mlp_bias", false),
      isSliding: () => config.has("sliding_window"),
      notes: [
        `its family, ${config.text("model_type")}, is not known: its fields were read as a Llama's`,
      ],
    };
  },
};

/** Keys that speak of weights or caches that a plain Llama does not have. */
const OTHER_PARTS =
  /expert|moe|mamba|ssm|conv|linear_(?!bias)|lora_rank|^index_|qk_|_norm$|sink|per_layer|kv_shared|hybrid|altup|latent|residual|alibi|pattern|chunk|interval|block|mtp|nextn|use_bias|cross_attention|vision|visual|image|img_|video|audio|speech/;

/** The activations that come with a gate. */
const GATED: ReadonlySet<unknown> = new Set(["silu", "swish", "swiglu", "silu_and_mul"]);

function refuseWhatIsNoLlama(config: Fields): void {
  const family = config.text("model_type");
  if (!config.has("rms_norm_eps")) {
    throw config.bad(
      "model_type",
      `${family} is not a known family, and without rms_norm_eps it can't be read as a Llama`,
    );
  }
  const activation = config.raw("hidden_act") ?? "silu";
  if (!GATED.has(activation)) {
    throw config.bad(
      "hidden_act",
      `${family} is not a known family, and with ${shownSafely(activation)} it can't be read as a Llama`,
    );
  }
  const other = config.keys().find((key) => OTHER_PARTS.test(key) && isOn(config.raw(key)));
  if (other !== undefined) {
    throw config.bad(
      other,
      `${family} is not a known family, and with this key it can't be read as a Llama`,
    );
  }
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== false && value !== 0;
}
