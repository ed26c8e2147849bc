import { AppError } from "./app-error.ts";

/** The exit codes of every program here. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  signInRefused: 3,
  /** The MCP server refused the caller or is out of reach. */
  server: 4,
  /** The model refused or failed. */
  model: 5,
  /** Ended by SIGINT. */
  interrupted: 130,
} as const;

const exitCodeByPrefix: readonly (readonly [prefix: string, code: number])[] = [
  ["usage_", exitCode.usage],
  ["configuration_", exitCode.usage],
  ["environment_", exitCode.usage],
  ["sign_in_", exitCode.signInRefused],
  ["server_", exitCode.server],
  ["model_", exitCode.model],
  ["interrupted", exitCode.interrupted],
];

/**
 * The exit code that an error ends a program with, by the prefix of its `code`.
 *
 * @param error whatever was caught
 * @returns one of {@link exitCode}; `failed` for an error that is no AppError or has another prefix
 */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof AppError)) return exitCode.failed;
  const match = exitCodeByPrefix.find(([prefix]) => error.code.startsWith(prefix));
  return match?.[1] ?? exitCode.failed;
}
