import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/**
 * Makes the logger of a program: one JSON object a line, on stdout unless told otherwise. Lines go
 * through `process.stdout`, which writes to files and pipes at once, so that none is lost at an exit,
 * and which is where pm2 listens in cluster mode; pino's own stream to the descriptor is neither.
 *
 * Values under names that hold secrets are replaced before they are written. That is the second
 * line of defence; the first is that no token and no password is ever passed to a logger.
 *
 * @param program the name that every line carries
 * @param stream where the lines go; stdout by default
 */
export function createLogger(program: string, stream: DestinationStream = process.stdout): Logger {
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
