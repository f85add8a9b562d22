import type { Endpoint } from "../endpoint.ts";
import type { RouterRule } from "./router.ts";
import type { RouterId } from "./router-id.ts";

/** Every server takes requests of a kind that the router sends. */
export function speaks(router: RouterId, apis: readonly Endpoint["api"][]): RouterRule {
  return ({ models }) => {
    const others = models.filter(({ servers }) =>
      servers.some(({ endpoint }) => !apis.includes(endpoint.api)),
    );
    const api = others[0]?.servers.find(({ endpoint }) => !apis.includes(endpoint.api));
    return api === undefined
      ? []
      : [
          {
            code: "not-openai",
            models: others.map(({ name }) => name),
            api: api.endpoint.api,
            router,
          },
        ];
  };
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

/** No name that clients may ask for is one of these. */
export function everyName(isRefused: (name: string) => boolean, why: string): RouterRule {
  return ({ models }) =>
    models
      .flatMap(({ name, aliases }) => [name, ...aliases])
      .filter(isRefused)
      .map((name) => ({ code: "name-not-routed", name, why }));
}
