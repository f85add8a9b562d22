import type { RouterRule } from "./router.ts";
import type { RouterId } from "./router-id.ts";

/** Every server takes OpenAI's requests as they are. */
export function speaksOpenai(router: RouterId): RouterRule {
  return ({ models }) =>
    models.flatMap(({ name, servers }) =>
      servers.every(({ endpoint }) => endpoint.api === "openai")
        ? []
        : [{ code: "not-openai", model: name, router }],
    );
}

/** The body is forwarded as it is, so the servers of a model must take its other names for their own. */
export function aliasesNeedNoRewriting(router: RouterId): RouterRule {
  return ({ models }) =>
    models.flatMap(({ name, aliases, servers }) =>
      servers.every(({ endpoint }) => endpoint.takesAnyName)
        ? []
        : aliases.map((alias) => ({ code: "alias-not-rewritten", model: name, alias, router })),
    );
}

/** Names that clients can ask for: not empty. */
export const namesAreSaid: RouterRule = ({ models }) =>
  models.some(({ name, aliases }) => [name, ...aliases].includes(""))
    ? [{ code: "name-not-routed", name: "", why: "a request can't name it" }]
    : [];
