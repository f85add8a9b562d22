import type { FleetFile, PlanGpu } from "@berth/core";
import type { CatalogAnswer } from "../../worker/protocol.ts";
import type { Codec } from "./codec.ts";

/** What is on the page, for fields whose values must be of it. */
export interface Surroundings {
  readonly fleet: FleetFile;
  readonly gpus: readonly PlanGpu[];
  readonly catalog: CatalogAnswer | undefined;
}

/** Keys and values of an object of the fleet file. */
export type Values = Readonly<Record<string, unknown>>;

interface Named {
  /** Its key in the fleet file. */
  readonly key: string;
  readonly label: string;
}

/** A key of the fleet file as a person sets it; without a value the key goes away. */
export type Field =
  | (Named & {
      readonly kind: "text";
      readonly codec: Codec;
      readonly hint?: string;
      readonly placeholder?: string;
      /** Where the placeholder follows from what else is set. */
      readonly placeholderOf?: (values: Values, around: Surroundings) => string | undefined;
      /** Names of which each part must be one; undefined where any will do. */
      readonly known?: (around: Surroundings) => readonly string[];
      readonly isNeeded?: true;
    })
  | (Named & {
      readonly kind: "number";
      readonly least?: number;
      readonly most?: number;
      readonly placeholder: string;
    })
  | (Named & {
      readonly kind: "choice";
      readonly choices: readonly FieldChoice[];
      /** Choices that depend on what is on the page. */
      readonly more?: (around: Surroundings) => readonly FieldChoice[];
    })
  /** `on` is what the key has where it is ticked. */
  | (Named & { readonly kind: "flag"; readonly on: true | string })
  /** How many sequences at once: wanted, and at least. */
  | (Named & { readonly kind: "range"; readonly leastLabel: string });

/** The empty id is none. */
export interface FieldChoice {
  readonly id: string;
  readonly text: string;
}

/** Fields under one heading that can be folded; without one they always show. */
export interface FieldGroup {
  readonly title?: string;
  readonly fields: readonly Field[];
}
