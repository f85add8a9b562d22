import { KV_CACHE_DTYPES, QUANTIZATIONS } from "@berth/core";
import { SETTINGS_TEXT } from "../../text/settings-en.ts";
import type { FieldChoice } from "./field.ts";

/** What the weights may be in; "" is what the model's files have. */
export const QUANTIZATION_CHOICES: readonly FieldChoice[] = [
  { id: "", text: SETTINGS_TEXT.model.asStored },
  { id: "auto", text: SETTINGS_TEXT.model.any },
  ...QUANTIZATIONS.map((id) => ({ id, text: id })),
];

/** What the KV cache may be in; "" is what the engine takes by itself. */
export const KV_CHOICES: readonly FieldChoice[] = [
  { id: "", text: SETTINGS_TEXT.model.asStored },
  ...KV_CACHE_DTYPES.map((id) => ({ id, text: id })),
];
