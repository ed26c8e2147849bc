import { send } from "../../server/testing/rpc.ts";
import { type Attack, allRefused, type Outcome, refusedWith } from "./attack.ts";
import { authorize, registerClient, told } from "./facade-client.ts";

const own = "a browser is sent to no address but the client's own, compared character by character";

/** On the authorization endpoint and on registration: where a browser is sent, and what for. */
export const authorizeAttacks: readonly Attack[] = [
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
    tried:
      "a client that registers javascript:, plain http, and hosts that programs read differently",
    because: "https, http to the user's own machine, or an application's scheme, plainly written",
    async play({ base }) {
      const outcomes: Outcome[] = [];
      for (const uri of [
        ...["javascript:alert(1)", "http://evil.example/cb", "data:text/html,x"],
        ...["https:evil.example", "https://good.example@evil.example/", "https://a%2eb.example/"],
        ...["https://evil.example\\@good.example/", "https://good.example\u3002evil.example/"],
        ...["http://localhost.evil.example/", "https://a.example;sandbox/", "http:localhost/cb"],
      ]) {
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
    tried: "a scope whose name would turn or break the text of the consent page",
    because: "a scope is of the characters that RFC 6749 lets it have",
    play: async (target) =>
      allRefused([
        await told(target, "invalid_scope", { scope: "mcp-auth/\u202e\u2066verified" }),
        await told(target, "invalid_scope", { scope: "mcp-auth/a\nb" }),
        await told(target, "invalid_scope", { scope: `mcp-auth/${"x".repeat(3_000)}` }),
      ]),
  },
];
