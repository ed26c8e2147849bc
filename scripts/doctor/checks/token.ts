import { execFile } from "node:child_process";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { exitCode } from "@cleanauth/common/exit-code.ts";
import { readClientSecret } from "../../aws/client-secret.ts";
import { certificateFile } from "../../client-access.ts";
import { quoteWord } from "../../engine/shell-script.ts";
import { printableLine } from "../../terminal/printable.ts";
import { type Check, failed, notReached, ok, type Verdict } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { findServerUrl, findTunnel, readCertificate } from "./reach.ts";

const clientProgram = join(import.meta.dirname, "../../../client/main.ts");
const clientSeconds = 60;

/** How the chat client ended, which signed in and asked the server for its tools. */
export interface ClientRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether Cognito gave a token to the user, and the server took it. */
export function judgeToken(user: string, run: ClientRun): Verdict {
  const said = printableLine(run.stderr.trim().split("\n").at(-1) ?? "");
  switch (run.exitCode) {
    case exitCode.done: {
      const tools = run.stdout.split("\n").filter((line) => /^[\w-]/.test(line)).length;
      return ok(`${user} signed in, and the server shows ${tools} tools`);
    }
    case exitCode.signInRefused:
      return failed(`${user} cannot sign in: ${said}`, `make user NAME=${quoteWord(user)}`);
    case exitCode.server:
      return failed(
        `the server does not take ${user}'s token: ${said}`,
        'make bootstrap ARGS="--tags settings"; make logs FILES=server says why',
      );
    case null:
      return failed(`the client did not end within ${clientSeconds} seconds`, "make logs");
    default:
      return failed(`the client failed: ${said}`, "make chat shows the same");
  }
}

export const tokenCheck: Check = {
  id: "token",
  title: "token accepted by the server",
  needs: ["reach", "user"],
  async run(context) {
    const { CLEANAUTH_USER: user, CLEANAUTH_PASSWORD: password } = context.environment;
    if (user === undefined || password === undefined) {
      return notReached("set CLEANAUTH_USER and CLEANAUTH_PASSWORD to have them sign in");
    }
    const direct = await findServerUrl(context);
    const url = (await findTunnel(direct)) ?? direct;
    if (url.protocol !== "https:" && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)) {
      return notReached(
        `no token is sent over plain HTTP: run make tunnel in another terminal, or give ${url.origin} TLS`,
      );
    }
    const secret = await findSecret(context);
    if (secret instanceof AppError) return notReached(`${secret.message}. ${secret.hint}`);
    return judgeToken(user, await runClient(context, `${url.origin}/mcp`, user, secret));
  },
};

/** The app client's secret, which signing in takes; `null` for a client without one. */
async function findSecret({ environment, clients, outputs }: DoctorContext) {
  if (environment.COGNITO_CLIENT_SECRET !== undefined) return environment.COGNITO_CLIENT_SECRET;
  return readClientSecret(clients.ssm(), outputs()).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
}

/** Runs the project's own client as a user would; password and secret go by its environment. */
function runClient(
  { environment, outputs, signal }: DoctorContext,
  url: string,
  user: string,
  secret: string | null,
): Promise<ClientRun> {
  const { CognitoUserPoolId, CognitoClientId, CognitoRegion } = outputs();
  const env = {
    ...environment,
    COGNITO_POOL_ID: CognitoUserPoolId,
    COGNITO_CLIENT_ID: CognitoClientId,
    COGNITO_REGION: CognitoRegion,
    COGNITO_CLIENT_SECRET: secret ?? "",
    ...(readCertificate() !== null && { NODE_EXTRA_CA_CERTS: certificateFile }),
  };
  const words = ["--import", import.meta.resolve("tsx"), clientProgram, url, user, "--list-tools"];
  return new Promise((resolve) => {
    const timeout = clientSeconds * 1000;
    execFile(process.execPath, words, { env, timeout, signal }, (error, stdout, stderr) => {
      const code = error === null ? exitCode.done : error.killed ? null : Number(error.code);
      resolve({ exitCode: code, stdout, stderr });
    }).stdin?.end();
  });
}
