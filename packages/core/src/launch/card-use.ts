/** What nvidia-smi says of one card at one moment. */
export interface CardUse {
  /** The plan's id of the card. */
  readonly gpu: string;
  /** What a new process could take. */
  readonly freeBytes: number;
  /** Whoever holds memory on it, where nvidia-smi says so. */
  readonly holders: readonly Holder[];
}

/** A process that holds memory of a card. */
export interface Holder {
  readonly pid: number;
  readonly name: string;
  /** Absent where nvidia-smi doesn't tell, as in some containers. */
  readonly usedBytes?: number;
}
