import { KV_CACHE_DTYPES, QUANTIZATIONS } from "@berth/core";
import { TEXT } from "../../text/en.ts";
import type { Choice } from "../../ui/choice-setting.tsx";

/** What the weights may be in; "" is what the model's files have. */
export const QUANTIZATION_CHOICES: readonly Choice[] = [
  { id: "", text: TEXT.models.asStored },
  { id: "auto", text: TEXT.models.any },
  ...QUANTIZATIONS.map((id) => ({ id, text: id })),
];

/** What the KV cache may be in; "" is what the engine takes by itself. */
export const KV_CHOICES: readonly Choice[] = [
  { id: "", text: TEXT.models.asStored },
  ...KV_CACHE_DTYPES.map((id) => ({ id, text: id })),
];
