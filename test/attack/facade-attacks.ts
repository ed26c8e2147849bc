import { createDocumentFetcher } from "../../server/facade/client-documents.ts";
import { rpcHeaders, send } from "../../server/testing/rpc.ts";
import { type Attack, allRefused, type Outcome, refusedWith } from "./attack.ts";
import {
  exchange,
  postForm,
  redirectUri,
  registerAnother,
  registerClient,
  signInWith,
} from "./facade-client.ts";
import type { Target } from "./target.ts";

/** Opens the authorization endpoint without following anything. */
async function authorize(
  target: Target,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  const client = await registerClient(target);
  const answer = await send(client.authorizeUrl(changes).href.replace(target.url, target.base));
  const { location } = answer.headers;
  return {
    answer: `${answer.status}${location === undefined ? ", a page" : ` to ${location.slice(0, 60)}`}`,
    isRefused: answer.status === 400 && location === undefined,
  };
}

/** Opens it, and expects the client to be told an error at its own address. */
async function told(
  target: Target,
  error: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  const client = await registerClient(target);
  const answer = await send(client.authorizeUrl(changes).href.replace(target.url, target.base));
  const location = new URL(answer.headers.location ?? "about:blank");
  const said = location.searchParams.get("error") ?? "no error";
  return {
    answer: `${answer.status} back to the client: ${said}`,
    isRefused: said === error && location.href.startsWith(redirectUri),
  };
}

const own = "a browser is sent to no address but the client's own, compared character by character";

export const facadeAttacks: readonly Attack[] = [
  {
    tried: "a redirect URI that is not registered",
    because: own,
    play: (target) => authorize(target, { redirect_uri: "https://evil.example/callback" }),
  },
  {
    tried: "seven spellings that look like the registered redirect URI",
    because: own,
    async play(target) {
      const spellings = [
        "http://localhost:33418@evil.example/callback",
        "http://localhost:33418.evil.example/callback",
        "http://localhost:33418/callback/../steal",
        "http://localhost:33418/callback?next=https://evil.example",
        "http://localhost:33418/callback#x",
        "HTTP://LOCALHOST:33418/callback",
        "http://evil.example\\@localhost:33418/callback",
      ];
      const outcomes: Outcome[] = [];
      for (const redirect_uri of spellings)
        outcomes.push(await authorize(target, { redirect_uri }));
      return allRefused(outcomes);
    },
  },
  {
    tried: "a client that registers javascript: and plain http for its redirect URI",
    because: "https, http to the user's own machine, or an application's scheme",
    async play({ base }) {
      const outcomes: Outcome[] = [];
      for (const uri of ["javascript:alert(1)", "http://evil.example/cb", "data:text/html,x"]) {
        const answer = await send(`${base}/oauth/register`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ redirect_uris: [uri] }),
        });
        outcomes.push(refusedWith(answer, 400, /invalid_redirect_uri/));
      }
      return allRefused(outcomes);
    },
  },
  {
    tried: "a client id that was made up",
    because: "a registered id is sealed with the server's key",
    play: (target) => authorize(target, { client_id: "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA" }),
  },
  {
    tried: "a parameter twice, each with another value",
    because: "which of the two counts would be anybody's guess",
    async play(target) {
      const client = await registerClient(target);
      const url = client.authorizeUrl().href.replace(target.url, target.base);
      const answer = await send(`${url}&redirect_uri=https%3A%2F%2Fevil.example%2F`);
      return refusedWith(answer, 400);
    },
  },
  {
    tried: "no PKCE, and PKCE with plain",
    because: "S256 is demanded of every client",
    play: async (target) =>
      allRefused([
        await told(target, "invalid_request", { code_challenge: undefined }),
        await told(target, "invalid_request", { code_challenge_method: "plain" }),
      ]),
  },
  {
    tried: "a token for another server (resource)",
    because: "resource has to be this server",
    play: (target) => told(target, "invalid_target", { resource: "https://other.example/mcp" }),
  },
  {
    tried: "consent skipped: the consent page's answer is sent without the page",
    because: "what the form carries is sealed, and holds in the browser alone that saw the page",
    async play(target) {
      const client = await registerClient(target);
      const page = await client.browser.open(client.authorizeUrl());
      const request = /name="request" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
      // The victim's browser has not seen that page, and so not its cookie.
      const stolen = await postForm(target, "/oauth/consent", { request, decision: "allow" });
      const forged = await postForm(target, "/oauth/consent", {
        request: "e30",
        decision: "allow",
      });
      return allRefused([refusedWith(stolen, 400), refusedWith(forged, 400)]);
    },
  },
  {
    tried: "another site's page answers the consent page",
    because: "Origin is compared, and the cookie does not come along",
    async play(target) {
      const headers = { Origin: "https://evil.example" };
      return refusedWith(await postForm(target, "/oauth/consent", {}, headers), 403);
    },
  },
  {
    tried: "the consent page in a frame (clickjacking)",
    because: "frame-ancestors 'none' and X-Frame-Options: browsers do not show it there",
    async play(target) {
      const client = await registerClient(target);
      const page = await client.browser.open(client.authorizeUrl());
      const policy = page.headers.get("content-security-policy") ?? "";
      return {
        answer: `200 with X-Frame-Options: ${page.headers.get("x-frame-options")}`,
        isRefused:
          policy.includes("frame-ancestors 'none'") &&
          page.headers.get("x-frame-options") === "DENY",
      };
    },
  },
  {
    tried: "a client whose name is HTML",
    because: "it is shown as the text that it is",
    async play(target) {
      const answer = await send(`${target.base}/oauth/register`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          client_name: "<script>alert(1)</script><form action=https://evil.example>",
          redirect_uris: [redirectUri],
        }),
      });
      const client = await registerClient(target);
      const page = await client.browser.open(
        client.authorizeUrl({ client_id: String(answer.json?.client_id) }),
      );
      const isPlain = page.html.includes("&#60;script&#62;alert(1)") && !/<script/i.test(page.html);
      return { answer: `${page.status}, the name as text`, isRefused: isPlain };
    },
  },
  {
    tried: "a code twice",
    because: "a code is used up by its first use",
    async play(target) {
      const client = await registerClient(target);
      const back = await signInWith(client, target);
      const first = await exchange(target, client, back);
      const second = await exchange(target, client, back);
      const outcome = refusedWith(second, 400, /invalid_grant/);
      return { ...outcome, isRefused: first.status === 200 && outcome.isRefused };
    },
  },
  {
    tried: "a stolen code without its verifier, and with a wrong one",
    because: "the code is bound to the client's code_challenge",
    async play(target) {
      const outcomes: Outcome[] = [];
      const client = await registerClient(target);
      for (const code_verifier of ["", "w".repeat(43)]) {
        const back = await signInWith(client, target, { prompt: "consent" });
        const answer = await exchange(target, client, back, { code_verifier });
        outcomes.push(refusedWith(answer, 400, /code_verifier/));
      }
      return allRefused(outcomes);
    },
  },
  {
    tried: "a stolen code and a stolen refresh token, used by another client",
    because: "both are sealed together with the client that they are for",
    async play(target) {
      const [client, thief] = [await registerClient(target), await registerAnother(target)];
      const back = await signInWith(client, target);
      const code = await exchange(target, client, back, { client_id: thief.id });
      const tokens = await exchange(target, client, back);
      const refresh = await postForm(target, "/oauth/token", {
        grant_type: "refresh_token",
        refresh_token: String(tokens.json?.refresh_token),
        client_id: thief.id,
      });
      const outcome = allRefused([refusedWith(code, 400), refusedWith(refresh, 400)]);
      return { ...outcome, isRefused: outcome.isRefused && tokens.status === 200 };
    },
  },
  {
    tried: "the way back from Cognito twice (state twice)",
    because: "a sign-in ends once",
    async play(target) {
      const client = await registerClient(target);
      const consent = await client.browser.open(client.authorizeUrl());
      const request = /name="request" value="([^"]+)"/.exec(consent.html)?.[1] ?? "";
      const browser = cookiesOf(consent.headers);
      const sent = await postForm(
        target,
        "/oauth/consent",
        { request, decision: "allow" },
        { Cookie: browser },
      );
      const state = new URL(sent.headers.location ?? "").searchParams.get("state") ?? "";
      const cookie = (sent.headers["set-cookie"] ?? []).map((set) => set.split(";")[0]).join("; ");
      const back = `${target.base}/oauth/callback?code=x&state=${state}`;
      const first = await send(back, { headers: { Cookie: cookie } });
      const second = await send(back, { headers: { Cookie: cookie } });
      const outcome = refusedWith(second, 400);
      return { ...outcome, isRefused: first.status === 303 && outcome.isRefused };
    },
  },
  {
    tried: "the attacker's sign-in finished in the victim's browser, and a made-up state",
    because: "the way back holds in the browser that the sign-in was begun in",
    async play(target) {
      const client = await registerClient(target);
      const consent = await client.browser.open(client.authorizeUrl());
      const login = await client.browser.submit(consent, { decision: "allow" });
      const state = login.url.searchParams.get("state") ?? "";
      const answers = [
        await send(`${target.base}/oauth/callback?code=x&state=${state}`),
        await send(`${target.base}/oauth/callback?code=x&state=AAAAAAAAAAAAAAAAAAAAAA`),
      ];
      const outcome = allRefused(answers.map((answer) => refusedWith(answer, 400)));
      return { ...outcome, isRefused: outcome.isRefused && state.length === 22 };
    },
  },
  {
    tried: "a client-id metadata document at the host's own metadata service, five ways",
    because:
      "https, a name, port 443; addresses are looked at after resolution, redirects not followed",
    async play(target) {
      const outcomes: Outcome[] = [];
      for (const client_id of [
        "http://169.254.169.254/latest/meta-data/iam/",
        "https://169.254.169.254/latest/meta-data/iam/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://0xa9fea9fe/latest/meta-data/",
        "https://localhost:8080/health",
      ]) {
        outcomes.push(await authorize(target, { client_id }));
      }
      return allRefused(outcomes);
    },
  },
  {
    tried: "a name that resolves to the metadata service, alone and beside a public address",
    because: "every address that a name resolves to has to be public",
    async play() {
      const outcomes: Outcome[] = [];
      for (const addresses of [["169.254.169.254"], ["93.184.215.14", "169.254.169.254"]]) {
        const fetchDocument = createDocumentFetcher({
          resolve: async () => addresses.map((address) => ({ address, family: 4 })),
        });
        const outcome = await fetchDocument("https://rebind.evil.example/client.json");
        const isRefused = "problem" in outcome && /cannot be fetched/.test(outcome.problem);
        outcomes.push({ answer: "problem" in outcome ? outcome.problem : "read", isRefused });
      }
      return allRefused(outcomes);
    },
  },
];

function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((set) => set.split(";")[0])
    .join("; ");
}

/** Played last of all: they leave the address with nothing for the rest of the minute. */
export const floods: readonly Attack[] = [
  {
    tried: "a flood of registrations",
    because: "an address has a number a minute, and a registration is kept nowhere",
    async play({ base }) {
      for (let sent = 1; sent <= 1_000; sent += 1) {
        const answer = await send(`${base}/oauth/register`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ redirect_uris: [redirectUri] }),
        });
        if (answer.status !== 429) continue;
        const wait = Number(answer.headers["retry-after"]);
        return { answer: `429 at the ${sent}th, Retry-After ${wait}`, isRefused: wait > 0 };
      }
      return { answer: "1,000 registrations", isRefused: false };
    },
  },
  {
    tried: "tokens tried one after the other from one address",
    because: "an address has a number of bad tokens a minute; good ones from there go on",
    async play({ base, demo }) {
      for (let sent = 1; sent <= 1_000; sent += 1) {
        const answer = await send(`${base}/mcp`, { headers: { Authorization: `Bearer x${sent}` } });
        if (answer.status !== 429) continue;
        const wait = Number(answer.headers["retry-after"]);
        const good = await send(`${base}/mcp`, {
          headers: rpcHeaders(demo.access),
        });
        return {
          answer: `429 at the ${sent}th, Retry-After ${wait}`,
          isRefused: wait > 0 && ![401, 429].includes(good.status),
        };
      }
      return { answer: "1,000 tokens", isRefused: false };
    },
  },
  {
    tried: "one caller calls without end",
    because: "a caller has a number of requests a minute",
    async play({ base, demo }) {
      for (let sent = 0; sent < 2_000; sent += 50) {
        const answers = await Promise.all(
          Array.from({ length: 50 }, () =>
            send(`${base}/mcp`, { headers: { Authorization: `Bearer ${demo.access}` } }),
          ),
        );
        const refused = answers.find(({ status }) => status === 429);
        if (refused === undefined) continue;
        const wait = Number(refused.headers["retry-after"]);
        return { answer: `429, Retry-After ${wait}`, isRefused: wait > 0 };
      }
      return { answer: "2,000 requests", isRefused: false };
    },
  },
];
