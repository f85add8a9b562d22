import { modelList, NO_MODEL, unknownModel, WRONG_KEY, WRONG_PATH } from "../openai.ts";
import type { Route, RoutedModel } from "../route.ts";

/** Module for njs: where each name that clients may ask for leads. Only ASCII is in it. */
export function routesModule(route: Route): string {
  return [
    `const routes = ${asciiJson(route.models.map(oneRoute))};`,
    `const list = ${asciiJson(JSON.parse(modelList(route)))};`,
    "export default { routes, list };",
    "",
  ].join("\n");
}

/** `served` is the name that the servers answer to, null where they take any. */
function oneRoute({ id, name, aliases, servers }: RoutedModel): object {
  const takesAnyName = servers.every(({ endpoint }) => endpoint.takesAnyName);
  const served = takesAnyName ? null : servers[0].endpoint.name;
  return { id, names: [name, ...aliases], served };
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replace(
    /[^\n\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Stands for the model in the text of the error. */
const SHOWN_MODEL = "@model@";

/** What njs runs for each request: it looks at the key and the model, and names the location that forwards. */
export const ROUTER_MODULE: string = `import crypto from "crypto";
import known from "routes.js";

const wrongKey = ${JSON.stringify(WRONG_KEY)};
const wrongPathError = ${JSON.stringify(WRONG_PATH)};
const noModel = ${JSON.stringify(NO_MODEL)};
const unknownModel = ${JSON.stringify(unknownModel(SHOWN_MODEL))};

function route(r) {
  if (!hasKey(r)) {
    answer(r, 401, wrongKey);
    return;
  }
  if (r.method !== "POST") {
    answer(r, 404, wrongPathError);
    return;
  }
  const body = parsed(r.requestText);
  const model = typeof body === "object" && body !== null ? body.model : undefined;
  if (typeof model !== "string") {
    answer(r, 400, noModel);
    return;
  }
  const found = known.routes.find((each) => each.names.indexOf(model) >= 0);
  if (found === undefined) {
    const message = unknownModel.error.message.split("${SHOWN_MODEL}").join(model);
    answer(r, 404, { error: Object.assign({}, unknownModel.error, { message: message }) });
    return;
  }
  forward(r, found, body);
}

// The body goes on as it came, unless its servers know the model by another name.
function forward(r, found, body) {
  if (found.served === null || found.served === body.model) {
    r.internalRedirect("@to." + found.id);
    return;
  }
  body.model = found.served;
  r.variables.renamed_body = JSON.stringify(body);
  r.internalRedirect("@renamed." + found.id);
}

function list(r) {
  if (hasKey(r)) {
    answer(r, 200, known.list);
  } else {
    answer(r, 401, wrongKey);
  }
}

function wrongPath(r) {
  answer(r, hasKey(r) ? 404 : 401, hasKey(r) ? wrongPathError : wrongKey);
}

function serverAuthorization() {
  const key = process.env.BERTH_SERVER_KEY;
  return key ? "Bearer " + key : "";
}

function hasKey(r) {
  const key = process.env.BERTH_ROUTER_KEY;
  return !key || digest(r.headersIn.Authorization || "") === digest("Bearer " + key);
}

function digest(text) {
  return crypto.createHash("sha256").update(text).digest("hex");
}

function parsed(text) {
  try {
    return JSON.parse(text || "");
  } catch (e) {
    return undefined;
  }
}

function answer(r, status, body) {
  r.headersOut["Content-Type"] = "application/json";
  r.return(status, JSON.stringify(body));
}

export default { route, list, wrongPath, serverAuthorization };
`;
