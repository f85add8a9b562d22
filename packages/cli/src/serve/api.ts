/** What berth serve and its page say to each other: types only. docs/serve.md says the rest. */
import type { InventoryDocument } from "@berth/core";
import type { RenderOptions, TargetId } from "@berth/core/deploy";
import type { RouterChoice } from "@berth/core/routers";

/** The body of every answer that is no success. */
export interface ApiError {
  readonly error: {
    readonly code: ApiErrorCode;
    /** One sentence, to be shown as it is. */
    readonly message: string;
    /** Where in the input it is: a file and the key in it. */
    readonly place?: { readonly file: string; readonly key?: string };
    /** Why a plan can't be rendered, each a sentence. */
    readonly reasons?: readonly string[];
  };
}

export type ApiErrorCode =
  /** 401: no token, or another one. */
  | "no-token"
  /** 403: another Host than those that berth serve answers to. */
  | "wrong-host"
  /** 403: asked by a page of another origin. */
  | "wrong-origin"
  /** 404 */
  | "not-found"
  /** 408 */
  | "too-slow"
  /** 412: the fleet file is not as it was when it was read. */
  | "changed"
  /** 413 */
  | "too-large"
  /** 415: expected application/json. */
  | "wrong-type"
  /** 416 */
  | "wrong-range"
  /** 422: bad input, as the commands say it with exit code 2. */
  | "input"
  /** 422: the target can't carry the plan; see reasons. */
  | "refused"
  /** 428: no If-Match or If-None-Match. */
  | "no-etag"
  /** 500: a fault of Berth's. */
  | "internal"
  /** 502: a program that Berth asks failed, as the commands say it with exit code 3. */
  | "tool"
  /** 503: too many requests at once. */
  | "busy";

/** GET /api/session */
export interface Session {
  readonly schema: "berth/session@1";
  readonly version: string;
  /** The folder that berth serve was started in. */
  readonly folder: string;
  /** The fleet file that is open for saving. */
  readonly fleetFile?: OpenFleet;
  /** Where a first PUT /api/fleet goes, where no fleet file is open. */
  readonly saveAs?: string;
  /** The plan that berth serve was given. */
  readonly planFile?: { readonly name: string; readonly text: string };
  /** What the live inventory asks. */
  readonly inventorySources: readonly string[];
}

export interface OpenFleet {
  /** Relative to the folder. */
  readonly name: string;
  readonly text: string;
  /** For If-Match. */
  readonly etag: string;
}

/** PUT /api/fleet, with If-Match: ETAG, or If-None-Match: * where there is no file yet. */
export interface SaveRequest {
  readonly text: string;
  /** Saves what is no fleet file (yet), too. */
  readonly draft?: boolean;
}

export interface Saved {
  readonly name: string;
  readonly etag: string;
}

/** GET /api/files */
export interface FileList {
  readonly files: readonly ListedFile[];
  /** There are more files or folders than are listed. */
  readonly isCut: boolean;
}

export interface ListedFile {
  /** Relative to the folder, with slashes. */
  readonly name: string;
  readonly kind: FileKind;
  readonly bytes: number;
}

export type FileKind = "fleet" | "plan" | "config" | "gguf" | "safetensors";

/** An event of GET /api/inventory: its name, and what its data is. */
export type InventoryEvent =
  | { readonly event: "inventory"; readonly data: InventoryDocument }
  /** What is asked does not answer; it is asked again, less and less often. */
  | { readonly event: "problem"; readonly data: ApiError };

/** POST /api/plan answers with a plan document, the same bytes as berth plan --json. */
export interface PlanRequest {
  /** The text of a fleet file. */
  readonly fleet: string;
  /**
   * Stands for the fleet's own cards: what the machines that berth serve was started with have now, or a
   * document. Without it, the fleet's own hosts or inventory.
   */
  readonly inventory?: "live" | InventoryDocument;
  /** As berth plan --nodes and --seed. */
  readonly nodes?: number;
  readonly seed?: number;
}

/** POST /api/render */
export interface RenderRequest {
  /** A plan document. */
  readonly plan: unknown;
  readonly target?: TargetId;
  readonly router?: RouterChoice;
  readonly options?: RenderOptions;
}

export interface RenderedFiles {
  readonly schema: "berth/files@1";
  readonly targets: readonly TargetId[];
  readonly files: readonly RenderedFile[];
}

export interface RenderedFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** POST /api/verify answers with a verify document, the same bytes as berth verify --json. */
export interface VerifyRequest {
  /** A plan document. */
  readonly plan: unknown;
  /** "[MODEL=]FILE" in the folder, as berth verify --log. */
  readonly logs?: readonly string[];
  /** Asks the machines that berth serve was started with; true unless said where there are no logs. */
  readonly inventory?: boolean;
}

/** POST /api/model */
export interface ModelRequest {
  /** As a fleet file names it. */
  readonly model: string;
  /** Asks the Hub where the folder has no such model; false unless said. */
  readonly hub?: boolean | undefined;
}

export interface ModelFilesAnswer {
  readonly schema: "berth/model-files@1";
  /**
   * Texts under the names that they have from the fleet file, and for each file with weights its header (a
   * berth/header@1 document), under the file's name with .header.json after it.
   */
  readonly files: readonly { readonly name: string; readonly text: string }[];
}
