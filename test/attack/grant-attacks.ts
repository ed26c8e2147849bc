import { send } from "../../server/testing/rpc.ts";
import { type Attack, allRefused, type Outcome, refusedWith } from "./attack.ts";
import {
  exchange,
  postForm,
  registerAnother,
  registerClient,
  signInWith,
} from "./facade-client.ts";

/** On codes, states and refresh tokens: used twice, stolen, stretched. */
export const grantAttacks: readonly Attack[] = [
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
    tried: "a code ten times at the same moment",
    because: "it is used up before Cognito is asked for anything",
    async play(target) {
      const client = await registerClient(target);
      const back = await signInWith(client, target);
      const all = Array.from({ length: 10 }, () => exchange(target, client, back));
      const answers = await Promise.all(all);
      const given = answers.filter(({ status }) => status === 200);
      const others = answers.filter(({ status }) => status !== 200);
      const outcome = allRefused(others.map((answer) => refusedWith(answer, 400, /invalid_grant/)));
      return {
        answer: `${given.length} × 200, ${others.length} × ${outcome.answer}`,
        isRefused: given.length === 1 && outcome.isRefused,
      };
    },
  },
  {
    tried: "a code for one resource exchanged for a token for another",
    because: "the code holds the resource that the user agreed to",
    async play(target) {
      const client = await registerClient(target);
      const [resource, other] = [`${target.url}/mcp`, `${target.url}/sse`];
      const back = await signInWith(client, target, { resource });
      const answer = await exchange(target, client, back, { resource: other });
      return refusedWith(answer, 400, /invalid_target/);
    },
  },
  {
    tried: "a refresh that asks for more scope than was agreed to",
    because: "Cognito's refresh token holds the scopes, and nothing that is asked for is passed on",
    async play(target) {
      const client = await registerClient(target);
      const back = await signInWith(client, target, { scope: "mcp-auth/notes:read" });
      const tokens = await exchange(target, client, back);
      const wider = await postForm(target, "/oauth/token", {
        grant_type: "refresh_token",
        refresh_token: String(tokens.json?.refresh_token),
        client_id: client.id,
        scope: "mcp-auth/notes:read mcp-auth/notes:write aws.cognito.signin.user.admin",
      });
      const { scope } = wider.json ?? {};
      return { answer: `${wider.status}, ${scope}`, isRefused: scope === "mcp-auth/notes:read" };
    },
  },
  {
    tried:
      "a stolen refresh token revoked by another client, and by one that does not say who it is",
    because: "it is the client's that it was given to, and a refusal does not look like success",
    async play(target) {
      const [client, thief] = [await registerClient(target), await registerAnother(target)];
      const tokens = await exchange(target, client, await signInWith(client, target));
      const token = String(tokens.json?.refresh_token);
      const byThief = await postForm(target, "/oauth/revoke", { token, client_id: thief.id });
      const byNobody = await postForm(target, "/oauth/revoke", { token });
      const form = { grant_type: "refresh_token", refresh_token: token, client_id: client.id };
      const still = await postForm(target, "/oauth/token", form);
      const outcome = allRefused([
        refusedWith(byThief, 400, /invalid_grant/),
        refusedWith(byNobody, 401, /invalid_client/),
      ]);
      return { ...outcome, isRefused: outcome.isRefused && still.status === 200 };
    },
  },
];

function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((set) => set.split(";")[0])
    .join("; ");
}
