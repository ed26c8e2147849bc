import { AppError } from "@cleanauth/common/app-error.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/**
 * Where callers reach the deployed server: what `PUBLIC_URL` says now, else what the stack's outputs
 * say.
 *
 * @param outputs the stack's outputs
 * @param publicUrl `PUBLIC_URL`, where it is set
 * @returns the server's origin
 * @throws AppError `stack_outputs_incomplete` when the outputs hold no URL
 */
export function serverUrl(
  { ClientConnectionCommand: command }: Pick<StackOutputs, "ClientConnectionCommand">,
  publicUrl: string | undefined,
): URL {
  const text = publicUrl ?? /https?:\/\/[^\s"']+/.exec(command)?.[0] ?? "";
  if (URL.canParse(text)) return new URL(new URL(text).origin);
  throw new AppError(
    "stack_outputs_incomplete",
    `The stack's outputs name no URL of the server: ${command}`,
    "Read them again with make outputs.",
  );
}

/**
 * What an operator has to know before the server is opened to a network.
 *
 * @returns `null` when passwords and tokens travel encrypted
 */
export function plainHttpWarning(url: URL): string | null {
  if (url.protocol === "https:") return null;
  return `${url.origin} is plain HTTP: whoever is on the way reads and takes over the tokens sent to it. Give it TLS (TLS=self-signed make bootstrap), or open nothing and use make tunnel.`;
}
