import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "@cleanauth/common/log.ts";
import { refuseMethod, rpcCode, sendProblem, sendRpcError } from "./answers.ts";
import { type Callable, findForeign } from "./origin.ts";
import type { RateLimit } from "./rate-limit.ts";
import { contextOf, pathOf, type trackRequests } from "./request-context.ts";
import type { requireBearer } from "./require-bearer.ts";

/** Answers a request that has passed every check before it. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** A path that carries MCP. */
export interface GuardedRoute {
  readonly bearer: ReturnType<typeof requireBearer>;
  /** By method. Whatever is not named is answered 405. */
  readonly methods: Readonly<Record<string, Handler>>;
}

/**
 * What every request goes through: it is tracked, its Host and Origin are checked, and on a path that
 * carries MCP its token and its caller's rate, in this order, before its body is read. A straight line
 * of function calls on what Node gives, because here is where the time of a call goes; all other paths
 * have express.
 *
 * @param parts.guarded the paths that carry MCP; matched to the letter
 * @param parts.open answers all other paths
 */
export function createFront(parts: {
  readonly track: ReturnType<typeof trackRequests>;
  readonly callable: Callable;
  readonly limitRate: RateLimit;
  readonly guarded: Readonly<Record<string, GuardedRoute>>;
  readonly open: RequestListener;
  readonly logger: Logger;
}): RequestListener {
  const { track, callable, limitRate, open, logger } = parts;
  const guarded = new Map(
    Object.entries(parts.guarded).map(([path, route]) => [
      path,
      {
        bearer: route.bearer,
        methods: new Map(Object.entries(route.methods)),
        refuse: refuseMethod(...Object.keys(route.methods)),
      },
    ]),
  );

  return async (req, res) => {
    const context = track(req, res);
    try {
      const foreign = findForeign(req, callable);
      if (foreign !== null) {
        return sendRpcError(res, foreign.status, rpcCode.serverError, foreign.problem);
      }
      const path = pathOf(req);
      const route = guarded.get(path);
      if (route === undefined) {
        setHeaders(res, context.headers());
        return open(req, res);
      }
      context.route = path;
      if (!(await route.bearer(req, res)) || !limitRate(res)) return;
      await (route.methods.get(req.method ?? "") ?? route.refuse)(req, res);
    } catch (error) {
      answerDefect(error, res, logger);
    }
  };
}

function setHeaders(res: ServerResponse, headers: readonly string[]): void {
  for (let index = 0; index < headers.length; index += 2) {
    res.setHeader(headers[index] ?? "", headers[index + 1] ?? "");
  }
}

/** Answers a request whose handling threw: nothing of why, and under which id the log has it. */
export function answerDefect(error: unknown, res: ServerResponse, logger: Logger): void {
  const { requestId } = contextOf(res);
  logger.error({ err: error, requestId }, "request failed");
  if (res.headersSent) return void res.destroy();
  const problem = `The server failed unexpectedly. Its log has it under ${requestId}`;
  sendProblem(res, 500, "server_error", problem);
}
