import { AppError } from "@cleanauth/common/app-error.ts";
import { type Environment, parseSettings } from "@cleanauth/common/environment.ts";
import { z } from "zod";

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
const nameSetting = z
  .string()
  .transform((name) => name.normalize("NFC").trim())
  .pipe(
    z
      .string()
      .regex(
        /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u,
        "must be 1 to 128 letters, digits and signs of any language, without spaces",
      ),
  );

const userSettings = z.object({
  NAME: nameSetting,
  EMAIL: z.email("must be an e-mail address").optional(),
  GROUP: nameSetting.optional(),
  /** The user's name once more, in place of typing it, where something is deleted. */
  CONFIRM: z.string().optional(),
});

/**
 * Reads whom `make user` is about: each key is the name of an environment variable.
 *
 * @throws AppError `usage_user_name` when nobody is named, `configuration_invalid`
 */
export function parseUserSettings(environment: Environment): z.output<typeof userSettings> {
  if (environment.NAME !== undefined) return parseSettings(userSettings, environment);
  throw new AppError("usage_user_name", "Nobody is named", usage);
}

/** Whom `make users` lists: those whose names begin so. */
export const listSettings = z.object({ NAME: nameSetting.optional() });

const usage =
  'Usage: make user NAME=… [EMAIL=…] [GROUP=…], or with ARGS="disable|enable|delete|reset-mfa".';

const actions = ["set", "disable", "enable", "delete", "reset-mfa"] as const;

/** What `make user` does; `set` creates a user or gives one a new password. */
export type UserAction = (typeof actions)[number];

/**
 * Reads what to do from the command line.
 *
 * @param commandLine without the program's name
 * @throws AppError `usage_user_action`
 */
export function parseUserAction(commandLine: readonly string[]): UserAction {
  const [word = "set", ...rest] = commandLine;
  const action = actions.find((known) => known === word);
  if (action !== undefined && rest.length === 0) return action;
  throw new AppError(
    "usage_user_action",
    `make user cannot do ${JSON.stringify(commandLine.join(" "))}`,
    usage,
  );
}
