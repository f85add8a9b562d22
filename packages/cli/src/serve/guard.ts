import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { hostNameOf } from "../watch/listen-address.ts";
import { Refusal } from "./refusal.ts";

/**
 * Refuses requests under another name than ours, and those of pages of another origin. The port may be another one: that
 * of a tunnel (ssh -L).
 */
export function sameSiteOnly(hosts: ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    if (!hosts.has(hostNameOf(host))) {
      throw new Refusal(
        "wrong-host",
        "berth serve answers under its own address only; --allow-host NAME adds another name",
      );
    }
    const origin = context.req.header("origin");
    const isForeign =
      origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
    if (isForeign) {
      throw new Refusal("wrong-origin", "berth serve answers its own page only");
    }
    await next();
  };
}

/** Where a browser says that a page of another origin, or a link, asks. */
export const ownPageOnly: MiddlewareHandler = async (context, next) => {
  const site = context.req.header("sec-fetch-site") ?? "same-origin";
  if (site !== "same-origin" && site !== "none") {
    throw new Refusal("wrong-origin", "berth serve answers its own page only");
  }
  await next();
};

/** Refuses requests without "Authorization: Bearer TOKEN": a header that no form, link or image of another page sends. */
export function withTokenOnly(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const given = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw new Refusal(
        "no-token",
        "expected the token of the URL that berth serve printed, as Authorization: Bearer TOKEN",
      );
    }
    await next();
  };
}

/** Of one length, which the comparison needs. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** What a form can send is no JSON by its type. */
export const jsonOnly: MiddlewareHandler = async (context, next) => {
  const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refusal("wrong-type", "expected Content-Type: application/json");
  }
  await next();
};
