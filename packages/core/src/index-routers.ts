export { routerSection } from "./deploy/routers/readme.ts";
export { isRouterId, listRouters } from "./deploy/routers/registry.ts";
export { renderRouter } from "./deploy/routers/render-router.ts";
export type { Alias, RouterChoice } from "./deploy/routers/router-choice.ts";
export type { RouterId } from "./deploy/routers/router-id.ts";
