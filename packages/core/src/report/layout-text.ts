import { formatCount } from "../units/format.ts";
import type { LayoutReason } from "./reason-layout.ts";

/** As one sentence. */
export function layoutText(reason: LayoutReason): string {
  switch (reason.code) {
    case "tp-divides-heads":
      return `Tensor parallel size ${reason.tp} does not divide its ${reason.heads} attention heads.`;
    case "tp-divides-kv-heads":
      return `Tensor parallel size ${reason.tp} neither divides its ${reason.heads} KV heads nor is a multiple of them.`;
    case "tp-divides-width":
      return `Tensor parallel size ${reason.tp} does not divide the width of its feed-forward, ${formatCount(reason.width)}.`;
    case "tp-divides-vocabulary":
      return `Tensor parallel size ${reason.tp} does not divide the ${formatCount(reason.padded)} rows to which ${reason.engine} pads its vocabulary of ${formatCount(reason.vocabulary)}.`;
    case "too-many-stages":
      return `Pipeline parallel size ${reason.pp} is more than its ${reason.layers} layers.`;
    case "no-tensor-parallel":
      return `${reason.engine} deals out whole layers and has no tensor parallel size ${reason.tp}.`;
    case "ep-divides-tp":
      return `Expert parallel size ${reason.ep} does not divide tensor parallel size ${reason.tp}.`;
    default:
      return reason satisfies never;
  }
}
