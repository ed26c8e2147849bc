import { AppError } from "@cleanauth/common/app-error.ts";
import { type Environment, parseSettings, urlSetting } from "@cleanauth/common/environment.ts";
import { z } from "zod";
import type { StackOutputs } from "./stack-outputs.ts";

const settings = z.object({ PUBLIC_URL: urlSetting.optional() });

/**
 * Where callers reach the deployed server: what `PUBLIC_URL` says now, else what the stack's outputs
 * say, over TLS when make bootstrap is told to set that up.
 *
 * @param outputs the stack's outputs
 * @param environment `PUBLIC_URL`, `TLS` and `TLS_CERT_FILE`, where they are set
 * @returns the server's origin
 * @throws AppError `stack_outputs_incomplete` when the outputs hold no URL
 */
export function serverUrl(
  { ClientConnectionCommand: command }: Pick<StackOutputs, "ClientConnectionCommand">,
  environment: Environment,
): URL {
  const { PUBLIC_URL: publicUrl } = parseSettings(settings, environment);
  const text = publicUrl ?? /https?:\/\/[^\s"']+/.exec(command)?.[0] ?? "";
  if (!URL.canParse(text)) {
    throw new AppError(
      "stack_outputs_incomplete",
      `The stack's outputs name no URL of the server: ${command}`,
      "Read them again with make outputs.",
    );
  }
  const url = new URL(new URL(text).origin);
  const hasTls = environment.TLS !== undefined || environment.TLS_CERT_FILE !== undefined;
  if (publicUrl === undefined && hasTls) url.protocol = "https:";
  return url;
}

/**
 * What an operator has to know before the server is opened to a network.
 *
 * @returns `null` when passwords and tokens travel encrypted
 */
export function plainHttpWarning(url: URL): string | null {
  if (url.protocol === "https:") return null;
  return `${url.origin} is plain HTTP: whoever is on the way reads and takes over the tokens sent to it. Give it TLS (TLS=self-signed in .env, then make bootstrap), or open nothing and use make tunnel.`;
}
