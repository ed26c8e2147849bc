import type { z } from "zod";
import type { UserPool } from "../user-pool.ts";

/** One operation of the API. */
export interface Operation<Input extends z.ZodType = z.ZodType> {
  /** The name after the dot of `X-Amz-Target`. */
  readonly name: string;
  readonly input: Input;
  /**
   * @returns what the answer's body holds; null for an operation that answers with an empty body
   * @throws CognitoError when the service would refuse
   */
  handle(pool: UserPool, input: z.output<Input>): Promise<object | null>;
}

/** Ties an operation's handler to the type of its input. */
export function defineOperation<Input extends z.ZodType>(
  operation: Operation<Input>,
): Operation<Input> {
  return operation;
}
