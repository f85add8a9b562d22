import type { Route } from "./route.ts";

/** Paths that are routed by the model that a request's JSON body names; all take POST. */
export const ROUTED_PATHS = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/responses",
] as const;

/** What OpenAI's API answers with in place of a result. */
export function errorBody(message: string, type: string, code: string | null): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** The answer to GET /v1/models: every name that clients may ask for. */
export function modelList({ models }: Route): string {
  const names = models.flatMap(({ name, aliases }) => [name, ...aliases]);
  const data = names.map((id) => ({ id, object: "model", created: 0, owned_by: "berth" }));
  return JSON.stringify({ object: "list", data });
}
