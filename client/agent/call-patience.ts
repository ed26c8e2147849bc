import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";

/** How long a call is waited for that says nothing. It does not count while its user is asked something. */
export interface CallPatience {
  /** Aborts when it is over, with the error of a request that has timed out. */
  readonly signal: AbortSignal;
  /** Begins anew: there was a sign of life. */
  restart(): void;
  /** Waits for the user in place of the server, until {@link goOn} was called as often. */
  rest(): void;
  goOn(): void;
  /** Ends it: there is an answer. */
  stop(): void;
}

/** @param milliseconds how long nothing may come */
export function createCallPatience(milliseconds: number): CallPatience {
  const over = new AbortController();
  let questions = 0;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const restart = () => {
    clearTimeout(timer);
    if (questions > 0 || isStopped) return;
    timer = setTimeout(() => {
      over.abort(new McpError(ErrorCode.RequestTimeout, "Request timed out"));
    }, milliseconds);
  };
  const ask = (by: number) => {
    questions += by;
    restart();
  };
  restart();
  return {
    signal: over.signal,
    restart,
    rest: () => ask(1),
    goOn: () => ask(-1),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
