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
  /** A video is looked at before an image where it has more tokens. */
  readonly video?: LargestVideo;
  /** An encoder-decoder's: each sequence of a batch has one, in tiles whose layers' states are kept (Llama 3.2 Vision). */
  readonly isOfSequence?: true;
}

/** The longest video of a prompt, which takes of its length what the largest image leaves. */
export interface LargestVideo {
  /** Tokens of the image beside it. */
  readonly besideTokens: number;
  /** Tokens of two frames, the least that a video has. */
  readonly pairTokens: number;
  readonly mostTokens: number;
}
