import type { Environment } from "@cleanauth/common/environment.ts";
import type { FarEnds } from "./far-ends.ts";
import type { Stack } from "./stack.ts";

type Row = readonly [label: string, text: string];

/** What fits beside the labels in 80 columns. */
const longestText = 65;

/**
 * What `make start` says once everything answers: what is real and what is not, where things are, and
 * how to sign in.
 *
 * @returns several lines of at most 80 columns, for a person who has never seen this project
 */
export function announcement({
  farEnds,
  clientEnvironment: environment,
  behind,
}: Omit<Stack, "stop">): string {
  const { MCP_SERVER_URL, WEB_PORT } = environment;
  const { protocol } = new URL(MCP_SERVER_URL ?? "");
  const rows: Row[] = [
    ["MCP server", `${MCP_SERVER_URL}  (also /sse, /health)`],
    ...(behind === null ? [] : [behindRow(behind)]),
    ["Web terminal", `${protocol}//localhost:${WEB_PORT}`],
    ["Cognito", cognitoText(farEnds, environment)],
    ["Bedrock", bedrockText(farEnds, environment)],
    ["Weather", weatherText(farEnds, environment)],
  ];
  if (farEnds.cognito === "stand-in") {
    rows.push(
      ["Sign in as", `demo / ${environment.CLEANAUTH_PASSWORD}`],
      ["", "or admin, newbie, mfa … (README.md lists them): same password"],
      ["Mail and SMS", ".cleanauth/logs/messages.log has the codes"],
    );
  }
  rows.push(
    ["Chat", "make chat, in another terminal"],
    ["Settings", ".cleanauth/local.env has them for other programs"],
    ["Logs", ".cleanauth/logs/server.log, client.log"],
  );
  return rows.map(([label, text]) => `  ${label.padEnd(13)}${text}`).join("\n");
}

function behindRow({ file, servers }: NonNullable<Stack["behind"]>): Row {
  const all = `${servers.join(", ")}  (${file})`;
  const isShort = servers.length > 0 && all.length <= longestText;
  return ["Behind it", isShort ? all : `${servers.length} servers  (${file})`];
}

function cognitoText(farEnds: FarEnds, environment: Environment): string {
  return farEnds.cognito === "real"
    ? `real: user pool ${environment.COGNITO_POOL_ID}`
    : "stand-in (the real one: COGNITO_POOL_ID, COGNITO_CLIENT_ID)";
}

function bedrockText(farEnds: FarEnds, environment: Environment): string {
  if (farEnds.bedrock === "real") return `real: ${environment.BEDROCK_MODEL_ID}`;
  if (farEnds.bedrock === "local model") {
    return `stand-in that asks ${environment.LOCAL_MODEL} at ${environment.LOCAL_MODEL_URL}`;
  }
  return "stand-in (the real one: BEDROCK_MODEL_ID; yours: LOCAL_MODEL_URL)";
}

function weatherText(farEnds: FarEnds, environment: Environment): string {
  return farEnds.weather === "real"
    ? `real: ${environment.WEATHER_API_URL}`
    : "stand-in (the real one: WEATHER_API_URL=https://api.weather.gov)";
}
