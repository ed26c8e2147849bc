import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";

/**
 * Counts the time that a call takes its upstream. It rests while the user is asked something, because that
 * time is the user's; for so long altogether at most, so that nobody holds a call open by asking for ever.
 */
export class CallClock {
  readonly #expired = new AbortController();
  readonly #callMilliseconds: number;
  /** Until the next progress, with all progress, and for rests. */
  readonly #left: { call: number; all: number; rest: number };
  #questions = 0;
  #timer: NodeJS.Timeout | undefined;
  #since = performance.now();
  #isResting = false;
  #isStopped = false;

  /**
   * Starts it.
   *
   * @param limits.call how long a call may take; progress starts that anew
   * @param limits.all how long with all progress
   * @param limits.rest how long it may rest; all three in milliseconds
   */
  constructor(limits: { readonly call: number; readonly all: number; readonly rest: number }) {
    this.#callMilliseconds = limits.call;
    this.#left = { ...limits };
    this.#goOn();
  }

  /** Aborts, with the error of a request that has timed out, when the time is over. */
  get signal(): AbortSignal {
    return this.#expired.signal;
  }

  /** Notes progress. */
  restart(): void {
    this.#count();
    this.#left.call = this.#callMilliseconds;
    this.#goOn();
  }

  /**
   * Rests while a question is open.
   *
   * @returns ends that; to be called once
   */
  rest(): () => void {
    const change = (by: number) => {
      this.#count();
      this.#questions += by;
      this.#goOn();
    };
    change(1);
    return () => change(-1);
  }

  /** Counts no longer: the call is over. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #count(): void {
    const now = performance.now();
    const passed = now - this.#since;
    this.#since = now;
    if (this.#isResting) this.#left.rest -= passed;
    else {
      this.#left.call -= passed;
      this.#left.all -= passed;
    }
  }

  #goOn(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    const { call, all, rest } = this.#left;
    this.#isResting = this.#questions > 0 && rest > 0;
    const whenRested = () => {
      this.#count();
      this.#goOn();
    };
    const expire = () =>
      this.#expired.abort(new McpError(ErrorCode.RequestTimeout, "Request timed out"));
    this.#timer = this.#isResting
      ? setTimeout(whenRested, rest)
      : setTimeout(expire, Math.min(call, all));
  }
}
