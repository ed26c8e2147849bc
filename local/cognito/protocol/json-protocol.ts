import { randomUUID } from "node:crypto";
import { CognitoError } from "../cognito-error.ts";
import { operations } from "../operations/operations.ts";
import type { UserPool } from "../user-pool.ts";
import { parseInput } from "./input.ts";
import type { Reply } from "./listener.ts";

const contentType = "application/x-amz-json-1.1";
const targetPrefix = "AWSCognitoIdentityProviderService.";

/**
 * Answers one call in AWS's JSON protocol 1.1: the operation is named by a header, input and output
 * are JSON, an error is its name and its message.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 *
 * @param call.contentType the request's header of that name, if it has one
 * @param call.target the request's `X-Amz-Target`, if it has one
 * @param call.body the request's body as text
 * @returns the answer; a defect in an operation becomes an `InternalErrorException`
 */
export async function answerCall(
  pool: UserPool,
  call: { contentType: string | undefined; target: string | undefined; body: string },
): Promise<Reply> {
  try {
    const operation = operations.get(operationName(call.target));
    if (operation === undefined || mediaType(call.contentType) !== contentType) {
      throw new CognitoError("UnknownOperationException", "");
    }
    const output = await operation.handle(pool, parseInput(operation.input, call.body));
    return reply(200, {}, output === null ? "" : JSON.stringify(output));
  } catch (error) {
    return errorReply(
      error instanceof CognitoError
        ? error
        : new CognitoError("InternalErrorException", "Internal error", 500),
    );
  }
}

/**
 * Puts an error on the wire: name and message in the body, and both in headers too.
 *
 * @param error what the caller is told
 */
export function errorReply(error: CognitoError): Reply {
  const { exception, message, status } = error;
  const headers: Record<string, string> = { "x-amzn-errortype": `${exception}:` };
  // Part of a message may come from the caller; a header takes printable ASCII alone.
  if (message !== "") headers["x-amzn-errormessage"] = message.replace(/[^ -~]/g, " ").trim();
  const body = message === "" ? { __type: exception } : { __type: exception, message };
  return reply(status, headers, JSON.stringify(body));
}

function reply(status: number, headers: Record<string, string>, body: string): Reply {
  return {
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": randomUUID(), ...headers },
    body,
  };
}

function operationName(target: string | undefined): string {
  return target?.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : "";
}

function mediaType(header: string | undefined): string {
  return (header ?? "").split(";", 1).join("").trim().toLowerCase();
}
