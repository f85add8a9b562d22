/** What brings a server or a model up; paths are those of the bundle. */
export type UnitStart =
  /** A script that runs it in the foreground. */
  | {
      readonly by: "script";
      readonly script: string;
      /** A script that must have run before it, once for all that name the same; absent where there is none. */
      readonly preparation?: string;
    }
  /** A service of a Compose file. */
  | { readonly by: "compose"; readonly file: string; readonly service: string }
  /** Models that a server which several share is asked to load, one after the other. */
  | { readonly by: "load"; readonly server: SharedServer; readonly models: readonly string[] };

/** A server that starts empty. */
export interface SharedServer {
  readonly name: string;
  readonly script: string;
  readonly preparation?: string;
  /** Answers with 200 once it can be asked to load. */
  readonly livePath: string;
  /** Another one for every other way in which it is started. */
  readonly version: string;
}
