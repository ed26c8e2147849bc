import { z } from "zod";

/**
 * The model that is asked when `BEDROCK_MODEL_ID` is not set: an inference profile that every
 * commercial region can reach.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export const defaultModelId = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

/** A foundation model's or inference profile's id or ARN, as Converse takes it. */
export const modelIdSetting = z
  .string()
  .regex(/^[a-zA-Z0-9][\w.:/-]{0,2047}$/, "must be a Bedrock model or inference profile id");
