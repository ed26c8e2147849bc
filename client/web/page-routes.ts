import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { isMeantForUs, type OwnAddress } from "./own-address.ts";

const require = createRequire(import.meta.url);

/** Every file that the page needs, all of them this project's or its packages' own. */
const assets: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["page.js", "connection.js", "input-method.js", "keys.js", "texts.js", "page.css"].map(
      (name) => [name, join(import.meta.dirname, "page", name)],
    ),
  ),
  "xterm.css": require.resolve("@xterm/xterm/css/xterm.css"),
  "xterm.mjs": moduleOf("@xterm/xterm"),
  "addon-fit.mjs": moduleOf("@xterm/addon-fit"),
  "addon-unicode11.mjs": moduleOf("@xterm/addon-unicode11"),
  "addon-webgl.mjs": moduleOf("@xterm/addon-webgl"),
  ...fontFiles(),
};

function moduleOf(name: string): string {
  const folder = dirname(require.resolve(`${name}/package.json`));
  const { module } = require(`${name}/package.json`) as { module: string };
  return join(folder, module);
}

/** Letters, and Hangul with what goes with it. */
function fontFiles(): Record<string, string> {
  const fonts = ["jetbrains-mono latin", "nanum-gothic-coding korean"].flatMap((font) => {
    const [family = "", script = ""] = font.split(" ");
    const folder = dirname(require.resolve(`@fontsource/${family}/package.json`));
    return [400, 700].map((weight) => {
      const name = `${family}-${script}-${weight}-normal.woff2`;
      return [name, join(folder, "files", name)] as const;
    });
  });
  return Object.fromEntries(fonts);
}

/**
 * The page, what it loads, and `/health`.
 *
 * @param options.address what this server is called
 * @param options.isTls whether it speaks TLS itself
 * @param options.health what `/health` answers
 */
export function pageRoutes(options: {
  address: () => OwnAddress;
  isTls: boolean;
  health: () => object;
}): Router {
  const page = readFileSync(join(import.meta.dirname, "page", "page.html"), "utf8");
  const router = express.Router();
  router.use((request, response, next) => {
    if (options.isTls) response.set("Strict-Transport-Security", "max-age=31536000");
    response.set(securityHeaders);
    requireOwnHost(options.address(), request, response, next);
  });
  router.get("/health", (_request, response) => {
    response.set("Cache-Control", "no-store").json(options.health());
  });
  router.get("/", (request, response) => {
    const nonce = randomBytes(16).toString("base64");
    response.set({
      "Content-Security-Policy": contentSecurityPolicy(request.headers.host ?? "", nonce),
      "Cache-Control": "no-store",
    });
    response.type("html").send(page.replaceAll("{{nonce}}", nonce));
  });
  router.get("/assets/:name", (request, response, next) => {
    const { name } = request.params;
    const path = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (path === undefined) return next();
    // A release that changes a file has another ETag; until then nothing is sent again.
    response.set("Cache-Control", "no-cache");
    response.sendFile(path, { dotfiles: "allow" });
  });
  return router;
}

function requireOwnHost(
  address: OwnAddress,
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (isMeantForUs(address, request.headers)) next();
  else response.status(403).type("text").send(otherName);
}

const otherName =
  "This server is not called by that name: PUBLIC_URL says how it is called.\n" +
  "이 서버는 그 이름으로 열 수 없습니다. PUBLIC_URL에 설정된 이름으로 여세요.\n";

const securityHeaders = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/**
 * Only what this server itself serves is loaded, run or talked to. xterm.js writes its sizes and
 * colours into style elements, which carry the nonce. https://www.w3.org/TR/CSP3/
 */
function contentSecurityPolicy(host: string, nonce: string): string {
  return [
    "default-src 'none'",
    // The nonce is for the import map; there is no other script in the page itself.
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    // Safari does not take 'self' for a WebSocket of the same address.
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
