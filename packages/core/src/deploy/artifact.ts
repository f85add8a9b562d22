/** One file of a deployment. */
export interface Artifact {
  /** Relative, with forward slashes; never leaves the deployment's folder. */
  readonly path: string;
  readonly text: string;
  readonly isExecutable: boolean;
}
