import { type OAuthServers, startOAuthServers } from "../../client/testing/oauth-servers.ts";
import { type Outcome as Ended, runClient } from "../chain/local-stack.ts";
import type { Attack } from "./attack.ts";
import type { Target } from "./target.ts";

// The real client, sent by a hostile MCP server to an authorization server that means harm.

/** Runs the client against such servers, and tells what they got to see of it. */
function signIn(
  tried: string,
  because: string,
  way: "--browser" | "--machine",
  arrange: (servers: OAuthServers, target: Target) => void,
  isHarmless: (servers: OAuthServers, ended: Ended) => boolean,
): Attack {
  return {
    tried,
    because,
    isSlow: true,
    async play(target) {
      const servers = await startOAuthServers();
      try {
        arrange(servers, target);
        const words = [servers.serverUrl, way, "--list-tools"];
        const ended = await runClient(process.cwd(), words, { environment: target.environment });
        const [answer = ""] = ended.stderr.split(/\. (?=[A-Z])/);
        // Exit code 4: the server is refused. Code and token are asked for at the token endpoint alone.
        const isRefused = ended.exitCode === 4 && servers.credentials.length === 0;
        return {
          answer: answer.replace(servers.origin, "it").trim(),
          isRefused: isRefused && isHarmless(servers, ended),
        };
      } finally {
        await servers.close();
      }
    },
  };
}

const nothingOpened = (servers: OAuthServers, { stderr }: Ended) =>
  servers.authorizations.length === 0 && !stderr.includes("Go on in the browser");

export const clientSignInAttacks: readonly Attack[] = [
  signIn(
    "the sign-in page is a script (javascript:)",
    "what is opened is https, or http on this machine for a server that is there, too",
    "--browser",
    ({ metadata }) => Object.assign(metadata, { authorization_endpoint: "javascript:alert(1)" }),
    nothingOpened,
  ),
  signIn(
    "the token endpoint is on another machine, in clear",
    "no code and no token goes there: every endpoint is looked at before the first is used",
    "--browser",
    ({ metadata }) => Object.assign(metadata, { token_endpoint: "http://192.0.2.1/token" }),
    nothingOpened,
  ),
  signIn(
    "metadata of one issuer speaks for another (mix-up)",
    "the issuer is compared to the letter with the one that was asked for",
    "--browser",
    ({ metadata }) => Object.assign(metadata, { issuer: "https://login.example" }),
    nothingOpened,
  ),
  signIn(
    "a server names itself as the place for a machine's secret",
    "it goes to the pool of COGNITO_POOL_ID alone, whoever names another",
    "--machine",
    () => {},
    ({ forms }) => forms.length === 0,
  ),
  signIn(
    "a server names issuers that look like the machine's own pool",
    "the issuer is compared to the letter, path and slash included",
    "--machine",
    ({ resourceMetadata, origin }, { environment }) => {
      const pool = environment.COGNITO_POOL_ID ?? "";
      const issuer = `https://cognito-idp.${pool.split("_")[0]}.amazonaws.com/${pool}`;
      Object.assign(resourceMetadata, {
        authorization_servers: [`${origin}/${pool}`, `${issuer}/`],
      });
    },
    ({ forms }) => forms.length === 0,
  ),
];
