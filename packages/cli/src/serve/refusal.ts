import { InputError } from "@berth/core";
import { ToolError } from "../tool-error.ts";
import { UsageError } from "../usage-error.ts";
import type { ApiError, ApiErrorCode } from "./api.ts";

export type RefusalStatus =
  | 401
  | 403
  | 404
  | 408
  | 412
  | 413
  | 415
  | 416
  | 422
  | 428
  | 500
  | 502
  | 503;

const STATUS: Readonly<Record<ApiErrorCode, RefusalStatus>> = {
  "no-token": 401,
  "wrong-host": 403,
  "wrong-origin": 403,
  "not-found": 404,
  "too-slow": 408,
  changed: 412,
  "too-large": 413,
  "wrong-type": 415,
  "wrong-range": 416,
  input: 422,
  refused: 422,
  "no-etag": 428,
  internal: 500,
  tool: 502,
  busy: 503,
};

/** A request that is not done, and why; the message is one sentence, shown as it is. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ApiErrorCode;
  readonly reasons: readonly string[] | undefined;

  constructor(code: ApiErrorCode, message: string, reasons?: readonly string[]) {
    super(message);
    this.code = code;
    this.reasons = reasons;
  }
}

/** What is answered where something was thrown. */
export function refusalOf(error: unknown): {
  readonly status: RefusalStatus;
  readonly body: ApiError;
} {
  const told = toldOf(error);
  return { status: STATUS[told.code], body: { error: told } };
}

function toldOf(error: unknown): ApiError["error"] {
  if (error instanceof Refusal) {
    const { code, message, reasons } = error;
    return { code, message, ...(reasons === undefined ? {} : { reasons }) };
  }
  if (error instanceof InputError) {
    return { code: "input", message: error.message, place: error.place };
  }
  if (error instanceof UsageError) {
    return { code: "input", message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ToolError
    ? { code: "tool", message }
    : { code: "internal", message: `internal error: ${message}; please report it` };
}
