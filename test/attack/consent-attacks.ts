import { send } from "../../server/testing/rpc.ts";
import { type Attack, allRefused, refusedWith } from "./attack.ts";
import { postForm, redirectUri, registerClient } from "./facade-client.ts";

/** On the consent page: answered without its user, or read as something else. */
export const consentAttacks: readonly Attack[] = [
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
      const isPlain =
        page.html.includes("&#60;script&#62;alert(1)") && !/<script>alert/i.test(page.html);
      return { answer: `${page.status}, the name as text`, isRefused: isPlain };
    },
  },
];
