import { Resolver } from "node:dns/promises";
import { request } from "node:https";
import { isIP } from "node:net";
import { type ClientMetadata, parseClientMetadata } from "./client-metadata.ts";
import { isPublicAddress } from "./public-address.ts";

/** What comes of the look at a client-id metadata document; `problem` is for the person who waits. */
export type DocumentOutcome = { readonly metadata: ClientMetadata } | { readonly problem: string };

export type FetchDocument = (clientId: string) => Promise<DocumentOutcome>;

/** A test's stand-ins for the internet; nothing else sets them. */
interface Reach {
  readonly resolve?: (host: string) => Promise<readonly { address: string; family: number }[]>;
  readonly isAllowedAddress?: (address: string) => boolean;
  readonly port?: number;
  readonly ca?: string;
  /** The name that the certificate is for. */
  readonly servername?: string;
  readonly milliseconds?: number;
}

const mostBytes = 5 * 1024;
const mostMilliseconds = 3_000;
const freshMilliseconds = 5 * 60_000;
const mostDocuments = 200;
/** So that nobody uses this host to send many requests elsewhere. */
const mostUnderWay = 8;

/**
 * Whether a client id is the URL of a client-id metadata document: https, a name for its host and a
 * path, written in the one way in which a URL parser writes it.
 * https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/
 */
export function isDocumentUrl(clientId: string): boolean {
  if (clientId.length > 512 || !clientId.startsWith("https://") || !URL.canParse(clientId)) {
    return false;
  }
  const url = new URL(clientId);
  return (
    url.href === clientId &&
    url.pathname !== "/" &&
    url.username === "" &&
    url.password === "" &&
    url.hash === "" &&
    url.port === "" &&
    url.hostname.includes(".") &&
    isIP(url.hostname.replace(/^\[|\]$/g, "")) === 0
  );
}

/**
 * Makes the fetcher of client-id metadata documents. The URL is a stranger's choice, so that without
 * care a stranger would have this host read what only this host can reach: it connects to public
 * addresses alone, to the very address that was looked at, follows no redirect, and reads 5 KB in three
 * seconds at most.
 *
 * @param reach for tests
 * @returns never throws; remembers a document for five minutes, and no failure
 */
export function createDocumentFetcher(reach: Reach = {}): FetchDocument {
  const known = new Map<string, { metadata: ClientMetadata; freshUntil: number }>();
  let underWay = 0;
  return async (clientId) => {
    const remembered = known.get(clientId);
    if (remembered !== undefined && remembered.freshUntil > performance.now()) return remembered;
    known.delete(clientId);
    if (!isDocumentUrl(clientId)) return { problem: "its id is not the URL of a document" };
    if (underWay >= mostUnderWay) return { problem: unreachable };
    underWay += 1;
    const outcome = await fetchDocument(new URL(clientId), reach)
      .then(
        (text) => judgeDocument(clientId, text),
        (error) => ({ problem: error instanceof DocumentError ? error.message : unreachable }),
      )
      .finally(() => {
        underWay -= 1;
      });
    if ("metadata" in outcome) {
      known.set(clientId, { ...outcome, freshUntil: performance.now() + freshMilliseconds });
      if (known.size > mostDocuments) known.delete(known.keys().next().value ?? "");
    }
    return outcome;
  };
}

/** Says no more than this: whoever named the URL is not told what is behind it. */
const unreachable = "its document cannot be fetched";

class DocumentError extends Error {}

/**
 * Judges a document that was fetched.
 *
 * @param clientId the URL that it was fetched from
 */
export function judgeDocument(clientId: string, text: string): DocumentOutcome {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: "its document is not JSON" };
  }
  if (typeof json !== "object" || json === null || Reflect.get(json, "client_id") !== clientId) {
    return { problem: "its document is about another client" };
  }
  const parsed = parseClientMetadata(json);
  return "metadata" in parsed
    ? parsed
    : { problem: `its document is wrong: ${parsed.description}` };
}

async function fetchDocument(url: URL, reach: Reach): Promise<string> {
  const { isAllowedAddress = isPublicAddress, milliseconds = mostMilliseconds } = reach;
  const signal = AbortSignal.timeout(milliseconds);
  const resolve = reach.resolve ?? ((host: string) => resolveAll(host, signal));
  const addresses = await withSignal(resolve(url.hostname), signal);
  // One address of several that is not public is enough: nobody honest has such a name.
  const [pinned] = addresses;
  if (pinned === undefined || !addresses.every(({ address }) => isAllowedAddress(address))) {
    throw new DocumentError(unreachable);
  }
  return new Promise((fulfil, reject) => {
    const outgoing = request(
      url,
      {
        agent: false,
        signal,
        port: reach.port ?? 443,
        ...(reach.ca !== undefined && { ca: reach.ca }),
        ...(reach.servername !== undefined && { servername: reach.servername }),
        headers: { Accept: "application/json", "User-Agent": "cleanauth-mcp-server" },
        // The name is not resolved again, so it cannot resolve to something else.
        lookup: (_host, { all: wantsAll }, callback) =>
          wantsAll ? callback(null, [pinned]) : callback(null, pinned.address, pinned.family),
      },
      (response) => {
        const type = response.headers["content-type"] ?? "";
        if (response.statusCode !== 200 || !/^application\/([\w.-]+\+)?json\b/i.test(type)) {
          outgoing.destroy();
          return reject(new DocumentError(unreachable));
        }
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes <= mostBytes) return;
          outgoing.destroy();
          reject(new DocumentError("its document is longer than 5 KB"));
        });
        response.on("error", reject);
        response.on("end", () => fulfil(Buffer.concat(chunks).toString("utf8")));
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/**
 * Asks the name servers by itself. The system's resolver would take a thread of the few that all look-ups
 * of this process share, and could not be told to stop: names that are never answered would stop them all.
 */
async function resolveAll(host: string, signal: AbortSignal) {
  const resolver = new Resolver({ timeout: mostMilliseconds, tries: 1 });
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return found.flatMap((outcome, index) =>
      outcome.status === "fulfilled"
        ? outcome.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
        : [],
    );
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((fulfil, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(fulfil, reject);
  });
}
