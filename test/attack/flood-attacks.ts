import { rpcHeaders, send } from "../../server/testing/rpc.ts";
import type { Attack } from "./attack.ts";
import { redirectUri } from "./facade-client.ts";

/** Played last of all: they leave the address with nothing for the rest of the minute. */
export const floodAttacks: readonly Attack[] = [
  {
    tried: "a flood of registrations, each in the name of another address (X-Forwarded-For)",
    because:
      "an address has a number a minute, a proxy's word is asked for, a registration kept nowhere",
    async play({ base }) {
      for (let sent = 1; sent <= 1_000; sent += 1) {
        const answer = await send(`${base}/oauth/register`, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-Forwarded-For": `203.0.113.${sent % 256}`,
            Forwarded: `for=203.0.113.${sent % 256}`,
          },
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
