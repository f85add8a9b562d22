import type { RenderOptions } from "../../render-options.ts";
import type { CardGiving } from "./pod-cards.ts";

/** What all manifests of a bundle are written from, beside the workload. */
export interface Writing extends CardGiving {
  readonly options: RenderOptions;
}
