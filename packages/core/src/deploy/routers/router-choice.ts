import type { RouterId } from "./router-id.ts";

/** What a user asks for in front of a bundle. */
export interface RouterChoice {
  readonly id: RouterId;
  readonly aliases?: readonly Alias[];
}

/** Another name for a model: what clients may ask for, and the model that they get. */
export interface Alias {
  readonly name: string;
  readonly model: string;
}
