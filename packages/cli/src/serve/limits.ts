/** How long, how often and how much. */
export interface Limits {
  /** From the first byte of a request to its last. */
  readonly requestSeconds: number;
  readonly headerSeconds: number;
  readonly maxBodyBytes: number;
  /** From one look at the machines to the next. */
  readonly inventorySeconds: number;
  /** Longest silence of a stream of events. */
  readonly heartbeatSeconds: number;
}

/** A plan of 4,000 cards is below 50 MB. */
export const LIMITS: Limits = {
  requestSeconds: 30,
  headerSeconds: 10,
  maxBodyBytes: 64_000_000,
  inventorySeconds: 3,
  heartbeatSeconds: 15,
};
