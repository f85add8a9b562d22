import crypto from "crypto";
import known from "routes.js";

const wrongKey = {"error":{"message":"expected the key of this endpoint","type":"invalid_request_error","param":null,"code":"invalid_api_key"}};
const wrongPathError = {"error":{"message":"expected POST to /v1/chat/completions, /v1/completions, /v1/embeddings, /v1/responses","type":"invalid_request_error","param":null,"code":null}};
const noModel = {"error":{"message":"expected a JSON body with a \"model\"","type":"invalid_request_error","param":null,"code":null}};
const unknownModel = {"error":{"message":"there is no model \"@model@\" here; GET /v1/models lists them","type":"invalid_request_error","param":null,"code":"model_not_found"}};

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
    const message = unknownModel.error.message.split("@model@").join(model);
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
