/** A table of texts, for a terminal or a page. */
export interface TextTable {
  readonly columns: readonly TextColumn[];
  readonly rows: readonly (readonly string[])[];
}

export interface TextColumn {
  /** Empty where the cells say enough. */
  readonly title: string;
  readonly isNumber: boolean;
}

/** What stands where nothing is known or asked. */
export const NOTHING = "-";

export function words(title: string): TextColumn {
  return { title, isNumber: false };
}

export function numbers(title: string): TextColumn {
  return { title, isNumber: true };
}
