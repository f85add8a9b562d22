/** The largest image that a vision tower takes by default, which engines run when they measure what they need. */
export interface LargestImage {
  /** What the language model gets of it. */
  readonly tokens: number;
  /** What the tower's layers get of it. */
  readonly patches: number;
  /** Numbers of one patch before the first matrix: colours, frames and pixels. */
  readonly patchInputs: number;
  /** Width of the tower. */
  readonly hidden: number;
  /** What the feed-forward of a layer has before and behind its activation, together, for one patch. */
  readonly feedForward: number;
  /** Vectors as wide as the language model that each token is: more where middle layers are fed to it too. */
  readonly features: number;
}
