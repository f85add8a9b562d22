/** What a user may choose about a bundle. */
export interface RenderOptions {
  /** Port of the first server on each host; the next ones count up. */
  readonly firstPort?: number;
  /** Folder on the hosts for models that are named by a Hub id (engines only). */
  readonly modelsFolder?: string;
  /** Folder on the hosts for checkpoints and engines. */
  readonly enginesFolder?: string;
}
