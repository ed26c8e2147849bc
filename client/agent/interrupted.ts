import { AppError } from "@cleanauth/common/app-error.ts";

/** The user stopped it; not a failure. */
export function interrupted(): AppError {
  return new AppError("interrupted", "Stopped", "Ask again to go on.");
}

/**
 * Waits for a promise, but no longer than until a signal.
 *
 * @throws AppError `interrupted`, or whatever the promise is rejected with
 */
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(interrupted());
  });
  promise.catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
