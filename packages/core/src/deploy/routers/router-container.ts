import type { Artifact } from "../artifact.ts";
import type { Route } from "./route.ts";

/** A router in a container of its own, on its host's network. */
export interface RouterContainer {
  /** Name and tag. */
  readonly image: string;
  /** Who runs in it, where the image's own user could do more than is needed. */
  readonly user?: string;
  /** It writes below /tmp only. */
  readonly isReadOnly: boolean;
  /** Words that end with 0 where the endpoint at this URL answers. */
  readonly healthCheck: (url: string) => readonly string[];
  /** For an image that has no shell for start.sh. */
  readonly withoutShell?: WithoutShell;
}

export interface WithoutShell {
  /** The program with its words; files of the bundle's router/ are in ROUTER_FOLDER. */
  readonly command: readonly string[];
  /** What start.sh would have filled in, paths below router/; the router is on the servers' host. */
  readonly files: (route: Route) => readonly Artifact[];
}

/** Where a container sees the bundle's router/. */
export const ROUTER_FOLDER = "/berth/router";
