import { type ChildProcess, execFile, spawn } from "node:child_process";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";

/** AWS's program that carries a session's bytes; the SDK only begins and ends sessions. */
export interface SessionManagerPlugin {
  readonly version: string;
  /** Starts it for one session; the session's token goes by the environment, never as an argument. */
  start(session: PluginSession): ChildProcess;
}

export interface PluginSession {
  /** SSM's answer to StartSession. */
  readonly response: {
    readonly SessionId: string;
    readonly TokenValue: string;
    readonly StreamUrl: string;
  };
  /** What StartSession was asked for. */
  readonly request: object;
  readonly region: string;
  /** Where SSM is, for a session that has to be resumed. */
  readonly endpoint: string;
}

// Later versions take the name of a variable in place of SSM's answer, which holds the token.
// https://github.com/aws/session-manager-plugin/blob/mainline/RELEASENOTES.md
const lastVersionWithoutVariable = [1, 2, 497, 0];
const command = "session-manager-plugin";
const variable = "AWS_SSM_START_SESSION_RESPONSE";
const installHint =
  "Install it: docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html (macOS: brew install --cask session-manager-plugin).";

/**
 * Looks for the plugin.
 *
 * @param environment what the plugin gets: PATH to be found by, and what leads to credentials
 * @throws AppError `environment_plugin_missing`, `environment_plugin_old`
 */
export async function findSessionManagerPlugin(
  environment: Environment,
): Promise<SessionManagerPlugin> {
  const version = await readVersion(environment);
  if (!isNewEnough(version)) {
    throw new AppError(
      "environment_plugin_old",
      `session-manager-plugin ${version} is too old: it would show the session's token to every process here`,
      `It has to be newer than ${lastVersionWithoutVariable.join(".")}. ${installHint}`,
    );
  }
  return {
    version,
    start: ({ response, request, region, endpoint }) =>
      spawn(command, [variable, region, "StartSession", "", JSON.stringify(request), endpoint], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...environment, [variable]: JSON.stringify(response) },
      }),
  };
}

function readVersion(env: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, ["--version"], { timeout: 10_000, env }, (error, stdout) => {
      if (error === null) return resolve(stdout.trim());
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      reject(
        new AppError(
          "environment_plugin_missing",
          isMissing
            ? "AWS's session-manager-plugin is not installed"
            : `session-manager-plugin does not run: ${error.message.split("\n")[0]}`,
          installHint,
          { cause: error },
        ),
      );
    });
  });
}

/** Whether a version, such as `1.2.707.0`, takes the variable; no version is none that does. */
export function isNewEnough(version: string): boolean {
  if (!/^\d+(\.\d+){0,3}$/.test(version)) return false;
  const parts = version.split(".").map(Number);
  for (const [index, least] of lastVersionWithoutVariable.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return false;
}
