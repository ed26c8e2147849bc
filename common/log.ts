import { type DestinationStream, destination, type Logger, pino } from "pino";

export type { Logger };

/**
 * Makes the logger of a program: one JSON object a line, on stdout unless told otherwise. Lines are
 * written at once: in the background, the last ones before an exit change places or are lost.
 *
 * Values under names that hold secrets are replaced before they are written. That is the second
 * line of defence; the first is that no token and no password is ever passed to a logger.
 *
 * @param program the name that every line carries
 * @param stream where the lines go; stdout by default
 */
export function createLogger(
  program: string,
  stream: DestinationStream = destination({ dest: 1, sync: true }),
): Logger {
  const options = {
    base: { program },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretNames.flatMap((name) => [name, `*.${name}`]),
      censor: "[secret]",
    },
  };
  return pino(options, stream);
}

const secretNames = [
  "authorization",
  "password",
  "secret",
  "token",
  "accessToken",
  "idToken",
  "refreshToken",
  "session",
  "cookie",
];
