/** A linear program that grows: the least cost of columns, none below 0, that keep every row within its bounds. */
export interface LinearProgram {
  addRows(rows: readonly RowBounds[]): void;
  addColumns(columns: readonly Column[]): void;
  /** Keeps a column's value between these. */
  limitColumn(position: number, least: number, most: number): void;
  solve(): LinearAnswer;
  /** Frees its memory; it is of no use any more. */
  close(): void;
}

export interface Column {
  readonly cost: number;
  /** Largest value that it may have. */
  readonly most: number;
  /** What one of it adds to a row, by the row's position. */
  readonly entries: ReadonlyMap<number, number>;
}

export interface RowBounds {
  readonly least: number;
  readonly most: number;
}

interface LinearAnswer {
  /** Whether this is the least cost: else there is none, or it was not found, and the numbers say nothing. */
  readonly isOptimal: boolean;
  readonly cost: number;
  /** Value of each column. */
  readonly values: Float64Array;
  /** What one more of each row's bound would cost. */
  readonly prices: Float64Array;
}

/** Opens a program with these rows and no columns. */
export type OpenProgram = (rows: readonly RowBounds[]) => LinearProgram;
