export interface UnplacedModel {
  readonly model: string;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly remedies: readonly PlanRemedy[];
  /** Why other remedies were not looked for; absent where every kind of change was. */
  readonly remediesCut?: RemediesCut;
}

/** "enough": there are several, and what is left costs more. "limit": the search for them came to its limit. */
export type RemediesCut = "enough" | "limit";

export interface PlanRemedy {
  readonly text: string;
  /** What to change in the fleet file: keys of the model, or cards to add. */
  readonly change: Readonly<Record<string, unknown>>;
  /** True only after the fleet with this change was solved again and the model was placed. */
  readonly verified: boolean;
}
