import type { AppError } from "@cleanauth/common/app-error.ts";
import { LocalizedError } from "../localized-error.ts";

/** The user stopped it; not a failure. */
export function interrupted(): AppError {
  return new LocalizedError("interrupted", {
    en: ["Stopped", "Ask again to go on."],
    ko: ["멈췄습니다", "이어가려면 다시 물어보세요."],
  });
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
