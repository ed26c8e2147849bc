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
export function createLogger(
  program: string,
  stream: DestinationStream = batched(process.stdout),
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

/** So many characters are written without waiting for more. */
const batchCharacters = 16_384;
const batchMilliseconds = 20;

/**
 * Collects the lines of some milliseconds and writes them together: a write costs more than making
 * the line. What is left at an exit is written then.
 */
function batched(stream: NodeJS.WriteStream): DestinationStream {
  let lines = "";
  // A full disk costs lines of the log. Unheard, the error would end the program.
  stream.on("error", () => {});
  const flush = (isWritten?: () => void) => {
    if (lines === "" && isWritten === undefined) return;
    const batch = lines;
    lines = "";
    stream.write(batch, "utf8", isWritten);
  };
  process.on("exit", () => flush());
  return {
    write(line: string) {
      if (lines === "") setTimeout(flush, batchMilliseconds).unref();
      lines += line;
      if (lines.length >= batchCharacters) flush();
    },
    /** What pino's `flush` calls. */
    flush,
  } as DestinationStream;
}

/**
 * Waits until what was logged is out: to be called before an exit. Under pm2 in cluster mode
 * `process.stdout` is a stream that writes when it likes, and an exit would cost the last lines.
 */
export function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => logger.flush(() => resolve()));
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
