import { z } from "zod";
import { type FaultQueue, faultList } from "./faults.ts";

/**
 * Answers `/control/faults`: PUT replaces the faults that wait, GET shows them, DELETE forgets them.
 *
 * @returns status and JSON body
 */
export function answerControl(
  method: string,
  body: Buffer,
  faults: FaultQueue,
): { status: number; body: unknown } {
  switch (method) {
    case "GET":
      return { status: 200, body: { faults: faults.waiting() } };
    case "DELETE":
      faults.replace([]);
      return { status: 200, body: { faults: [] } };
    case "PUT": {
      const parsed = faultList.safeParse(parseJson(body));
      if (!parsed.success) return { status: 400, body: { message: z.prettifyError(parsed.error) } };
      faults.replace(parsed.data);
      return { status: 200, body: { faults: faults.waiting() } };
    }
    default:
      return { status: 405, body: { message: "Use GET, PUT or DELETE." } };
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
