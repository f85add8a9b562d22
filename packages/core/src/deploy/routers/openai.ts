import type { Route } from "./route.ts";

/** Paths that are routed by the model that a request's JSON body names; all take POST. */
export const ROUTED_PATHS = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/responses",
] as const;

/** What OpenAI's API answers with in place of a result, as a value. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: "invalid_request_error" | "server_error";
    readonly param: null;
    readonly code: string | null;
  };
}

function requestError(message: string, code: string | null = null): ErrorBody {
  return { error: { message, type: "invalid_request_error", param: null, code } };
}

export const WRONG_KEY: ErrorBody = requestError(
  "expected the key of this endpoint",
  "invalid_api_key",
);

export const WRONG_PATH: ErrorBody = requestError(`expected POST to ${ROUTED_PATHS.join(", ")}`);

export const NO_MODEL: ErrorBody = requestError('expected a JSON body with a "model"');

export const TOO_LARGE: ErrorBody = requestError(
  "the request is larger than this endpoint takes (BERTH_BODY_BYTES)",
);

/** `shown` is the model as the format writes it: a text, or what stands for it. */
export function unknownModel(shown: string): ErrorBody {
  const message = `there is no model "${shown}" here; GET /v1/models lists them`;
  return requestError(message, "model_not_found");
}

export const UNAVAILABLE: ErrorBody = {
  error: {
    message: "no server of this model answers",
    type: "server_error",
    param: null,
    code: "model_unavailable",
  },
};

/** The answer to GET /v1/models: every name that clients may ask for. */
export function modelList({ models }: Route): string {
  const names = models.flatMap(({ name, aliases }) => [name, ...aliases]);
  const data = names.map((id) => ({ id, object: "model", created: 0, owned_by: "berth" }));
  return JSON.stringify({ object: "list", data });
}
