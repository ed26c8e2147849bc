import { z } from "zod";
import { defaultModelId, modelIdSetting } from "./bedrock-settings.ts";
import { clientIdSetting, poolIdSetting } from "./cognito-settings.ts";
import { booleanSetting, urlSetting } from "./environment.ts";

/** The tag that every resource of every stack carries; inventory and leftovers are found by it. */
export const projectTag = { key: "Project", value: "MCP-Auth" } as const;

/**
 * A tag's value as every AWS service that the stack uses takes it: letters and digits of any
 * script, spaces and a few signs. Decomposed letters, as macOS hands them on, are composed first.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
const tagValueSetting = z
  .string()
  .transform((value) => value.normalize("NFC").trim())
  .pipe(
    z
      .string()
      .regex(
        /^[\p{L}\p{N}\p{Z}_.:/=+\-@]{1,256}$/u,
        "must be 1 to 256 letters (of any language), digits, spaces or _ . : / = + - @",
      ),
  );

/** What the stack is made from: each key is the name of an environment variable. */
export const stackSettings = z
  .object({
    ENVIRONMENT_NAME: z
      .string()
      .regex(
        /^[a-z](-?[a-z0-9]){0,15}$/,
        "must be up to 16 lower-case letters, digits and single hyphens, and begin with a letter",
      )
      // Cognito refuses these words in a domain, and the environment's name is part of it.
      .refine((name) => !/aws|amazon|cognito/.test(name), "must not contain aws, amazon or cognito")
      .default("dev"),
    OWNER: tagValueSetting.default("unassigned"),
    VPC_ID: z
      .string()
      .regex(/^vpc-[0-9a-f]{8,17}$/, "must be a VPC id such as vpc-0a1b2c3d4e5f60718")
      .optional(),
    PUBLIC_SUBNET_ID: z
      .string()
      .regex(/^subnet-[0-9a-f]{8,17}$/, "must be a subnet id such as subnet-0a1b2c3d4e5f60718")
      .optional(),
    AVAILABILITY_ZONE: z
      .string()
      .regex(
        /^[a-z]{2}(-[a-z]+)+-\d(-[a-z]+-\d)?[a-z]$/,
        "must be an availability zone such as us-east-1a",
      )
      .optional(),
    INSTANCE_TYPE: z
      .string()
      .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "must be an instance type such as t3.small")
      .default("t3.small"),
    BEDROCK_MODEL_ID: modelIdSetting.default(defaultModelId),
    COGNITO_POOL_ID: poolIdSetting.optional(),
    COGNITO_CLIENT_ID: clientIdSetting.optional(),
    COGNITO_PUBLIC_CLIENT_ID: clientIdSetting.optional(),
    COGNITO_CLIENT_SECRET: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, "must be an app client's secret, which has no spaces")
      .optional(),
    COGNITO_DOMAIN: z
      .string()
      .regex(
        /^(https:\/\/)?[a-z0-9.-]+\/?$/,
        "must be a domain such as x.auth.us-east-1.amazoncognito.com",
      )
      .transform((domain) => domain.replace(/^https:\/\//, "").replace(/\/$/, ""))
      .optional(),
    COGNITO_DOMAIN_PREFIX: z
      .string()
      .regex(
        /^[a-z0-9](-?[a-z0-9]){0,62}$/,
        "must be lower-case letters, digits and single hyphens",
      )
      .refine((name) => !/aws|amazon|cognito/.test(name), "must not contain aws, amazon or cognito")
      .optional(),
    DELETION_PROTECTION: booleanSetting.default(false),
    REQUIRE_MFA: booleanSetting.default(false),
    PUBLIC_URL: urlSetting.optional(),
    STATE_BUCKET: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
        "must be a bucket's name: 3 to 63 lower-case letters, digits and hyphens",
      )
      .optional(),
  })
  .superRefine((settings, context) => {
    for (const [name, needed] of companions) {
      if (settings[name] === undefined || settings[needed] !== undefined) continue;
      context.addIssue({ code: "custom", path: [name], message: `needs ${needed} beside it` });
    }
  });

export type StackSettings = z.output<typeof stackSettings>;

// A pool is given whole or not at all: half of one would be completed with one of the stack's own.
const companions = [
  ["COGNITO_POOL_ID", "COGNITO_CLIENT_ID"],
  ["COGNITO_CLIENT_ID", "COGNITO_POOL_ID"],
  ["COGNITO_CLIENT_SECRET", "COGNITO_CLIENT_ID"],
  ["COGNITO_PUBLIC_CLIENT_ID", "COGNITO_POOL_ID"],
  ["COGNITO_DOMAIN", "COGNITO_POOL_ID"],
] as const;
