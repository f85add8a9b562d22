/**
 * Counts work in units that take about as long as one state of a search, against a limit. Never seconds: the same input
 * gives the same answer.
 */
export class Work {
  private units = 0;
  private readonly limit: number;
  private readonly whole: Work | undefined;

  constructor(limit: number, whole?: Work) {
    this.limit = limit;
    this.whole = whole;
  }

  get spent(): number {
    return this.units;
  }

  get left(): number {
    const own = Math.max(0, this.limit - this.units);
    return this.whole === undefined ? own : Math.min(own, this.whole.left);
  }

  get isOver(): boolean {
    return this.left <= 0;
  }

  spend(units: number): void {
    this.units += units;
    this.whole?.spend(units);
  }

  /** Some of this work with a limit of its own: what it spends is spent here too. */
  part(limit: number): Work {
    return new Work(limit, this);
  }
}
