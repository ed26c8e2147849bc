import express, { type Express, type RequestHandler, type Response } from "express";
import { parseCookies } from "../facade/cookies.ts";
import type { FacadeRoute } from "../facade/facade.ts";
import { type FacadeReply, oauthError } from "../facade/message.ts";
import { errorPage } from "../facade/pages.ts";
import { textsFor } from "../facade/texts.ts";
import type { AddressLimit } from "./address-limit.ts";
import { refuseMethod } from "./answers.ts";
import { contextOf, nameRoute } from "./request-context.ts";

const bodyLimit = "16kb";

/**
 * Puts the façade's routes into the app.
 *
 * @param limit bounds how often an address may call them
 */
export function addFacadeRoutes(
  app: Express,
  routes: readonly FacadeRoute[],
  limit: AddressLimit,
): void {
  for (const route of routes) {
    const { path, method, isPage, isFree } = route;
    const at = app.route(path).all(nameRoute(path));
    // A page of another origin may act for a client, but never for the user of a browser.
    if (!isPage) at.all(allowAnyOrigin(method));
    const steps = [
      ...(isFree ? [] : [limitAddress(limit, isPage)]),
      ...(method === "POST" ? [readText] : []),
      answerWith(route),
    ];
    if (method === "GET") at.get(...steps).all(refuseMethod("GET", "HEAD"));
    else at.post(...steps).all(refuseMethod("POST"));
  }
}

/** Those paths of the façade that programs of any origin call: none of them looks at a cookie. */
export function pathsForAnyOrigin(routes: readonly FacadeRoute[]): readonly string[] {
  return routes.filter(({ isPage }) => !isPage).map(({ path }) => path);
}

const readText = express.text({
  type: ["application/x-www-form-urlencoded", "application/json"],
  limit: bodyLimit,
  inflate: false,
});

function answerWith({ answer }: FacadeRoute): RequestHandler {
  return async (req, res) => {
    const body = typeof req.body === "string" ? req.body : "";
    const isJson = req.is("application/json") !== false;
    const reply = await answer({
      query: new URL(req.originalUrl, "http://localhost").searchParams,
      form: new URLSearchParams(isJson ? "" : body),
      json: isJson ? parseJson(body) : undefined,
      cookies: parseCookies(req.headers.cookie),
      acceptLanguage: req.headers["accept-language"],
    });
    send(res, reply);
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(res: Response, { status, headers, body }: FacadeReply): void {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) {
    res.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  if (body === null) res.end();
  else if (typeof body === "string") res.send(body);
  else res.json(body);
}

/** These endpoints are called by clients that run in a page, too; no cookie goes with such a call. */
function allowAnyOrigin(method: string): RequestHandler {
  return (req, res, next) => {
    res.setHeader("Access-Control-Allow-Origin", "*");
    res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    if (req.method !== "OPTIONS") return next();
    res.setHeader("Access-Control-Allow-Methods", method);
    res.setHeader("Access-Control-Allow-Headers", "Content-Type, MCP-Protocol-Version");
    res.setHeader("Access-Control-Max-Age", "600");
    res.status(204).end();
  };
}

function limitAddress(limit: AddressLimit, isPage: boolean): RequestHandler {
  return (req, res, next) => {
    const seconds = limit.count(contextOf(res).address);
    if (seconds === null) return next();
    res.setHeader("Retry-After", String(seconds));
    send(
      res,
      isPage
        ? errorPage(textsFor(req.headers["accept-language"]), "too-many")
        : oauthError(429, "temporarily_unavailable", "Too many requests from your address"),
    );
  };
}
