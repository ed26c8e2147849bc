import { AppError } from "@cleanauth/common/app-error.ts";
import type { Diagnostic } from "./message.ts";

/** Where the run happened, for what there is to look up and to type. */
export interface RunPlace {
  /** Where everything that Terraform said is kept. */
  readonly logFile: string;
  /** The stack's directory. */
  readonly directory: string;
}

/**
 * Words what made Terraform fail as the one line that a person needs.
 *
 * @param errors its diagnostics of severity error, in their order
 * @param place where it ran
 */
export function terraformFailure(errors: readonly Diagnostic[], place: RunPlace): AppError {
  const { logFile } = place;
  const [first, ...others] = errors;
  if (first === undefined) {
    return new AppError("terraform_failed", "Terraform failed without a word", `See ${logFile}.`);
  }
  const text = `${first.summary} ${first.detail}`;
  const failure = knownFailures.find(({ pattern }) => pattern.test(text));
  const more = others.length === 0 ? "" : ` (and ${others.length} more in ${logFile})`;
  if (failure === undefined) {
    return new AppError(
      "terraform_failed",
      `${atAddress(first)}${sentence(first.summary)}${more}`,
      `Everything that Terraform said is in ${logFile}.`,
    );
  }
  const { code, message, hint } = failure.explain(first, text, place);
  return new AppError(code, `${message}${more}`, hint);
}

interface KnownFailure {
  readonly pattern: RegExp;
  explain(
    diagnostic: Diagnostic,
    text: string,
    place: RunPlace,
  ): { code: string; message: string; hint: string };
}

const knownFailures: readonly KnownFailure[] = [
  {
    pattern: /Error acquiring the state lock/,
    explain: (_, text, { directory }) => {
      const [, id = "ID"] = /\bID:\s+(\S+)/.exec(text) ?? [];
      const [, who = "somebody"] = /\bWho:\s+(\S+)/.exec(text) ?? [];
      const [, since = "some time"] = /\bCreated:\s+(.+?)(?:\.\d+)? \+0000/.exec(text) ?? [];
      return {
        code: "state_locked",
        message: `The state is locked by ${who} since ${since}`,
        hint: `Wait until that run has ended. If it ended without unlocking: terraform -chdir=${directory} force-unlock ${id}`,
      };
    },
  },
  {
    // Conditions that the stack declares: message and fix are in the text.
    pattern: /^Resource (pre|post)condition failed/,
    explain: ({ detail }) => {
      const text = sentence(detail.replace(/^[\s\S]*?\n\n/, ""));
      const end = text.indexOf(". ");
      return end === -1
        ? { code: "configuration_stack", message: text, hint: "Change the setting." }
        : { code: "configuration_stack", message: text.slice(0, end), hint: text.slice(end + 2) };
    },
  },
  {
    pattern: /No valid credential sources found|failed to refresh cached credentials/i,
    explain: () => ({
      code: "configuration_credentials",
      message: "Terraform finds no valid AWS credentials",
      hint: "Sign in to AWS first (aws sso login, or set AWS_PROFILE), then run again.",
    }),
  },
  {
    pattern: /ExpiredToken|token included in the request is expired/,
    explain: () => ({
      code: "configuration_credentials",
      message: "The AWS credentials have expired",
      hint: "Sign in to AWS again, then run again: what was made is in the state.",
    }),
  },
  {
    pattern:
      /EntityAlreadyExists|ParameterAlreadyExists|BucketAlreadyExists|AlreadyExistsException|InvalidGroup\.Duplicate|[Dd]omain already|already exists/,
    explain: (diagnostic) => ({
      code: "name_taken",
      message: `${atAddress(diagnostic)}${reason(diagnostic)}`,
      hint: /domain/i.test(diagnostic.summary)
        ? "Set COGNITO_DOMAIN_PREFIX to another prefix."
        : "Set another ENVIRONMENT_NAME, or STATE_BUCKET to where that stack's state is.",
    }),
  },
  {
    pattern: /S3 bucket .*does not exist|NoSuchBucket/,
    explain: () => ({
      code: "configuration_state_bucket",
      message: "STATE_BUCKET names a bucket that does not exist",
      hint: "Run `make state-bucket`, or correct STATE_BUCKET.",
    }),
  },
  {
    pattern: /Backend (initialization required|configuration changed|type changed)|Migrating state/,
    explain: (_, __, { directory }) => ({
      code: "configuration_state_moved",
      message: "The state was somewhere else at the last run",
      hint: `Set STATE_BUCKET as it was, or move the state: terraform -chdir=${directory} init -migrate-state`,
    }),
  },
  {
    pattern: /AccessDenied|UnauthorizedOperation|not authorized to perform/,
    explain: (diagnostic, text) => {
      const [, action = ""] = /not authorized to perform: (\S+)/.exec(text) ?? [];
      return {
        code: "aws_access_denied",
        message: `${atAddress(diagnostic)}AWS does not allow ${action || "this"} to you`,
        hint: "Ask for that permission, then run again: what was made is in the state.",
      };
    },
  },
  {
    pattern: /LimitExceeded|InsufficientInstanceCapacity|QuotaExceeded/,
    explain: (diagnostic) => ({
      code: "aws_limit",
      message: `${atAddress(diagnostic)}${reason(diagnostic)}`,
      hint: "Raise the limit in Service Quotas, or choose another zone or INSTANCE_TYPE, then run again.",
    }),
  },
  {
    pattern: /Failed to query available provider packages|provider registry|could not connect/i,
    explain: () => ({
      code: "terraform_registry",
      message: "Terraform cannot get the AWS provider",
      hint: "Check the network, or set TF_PLUGIN_MIRROR to a folder that holds the provider.",
    }),
  },
];

function atAddress({ address }: Diagnostic): string {
  return address === undefined ? "" : `${address}: `;
}

// The SDK's errors come as a chain of which the last link says why.
function reason({ summary, detail }: Diagnostic): string {
  const text = sentence(`${summary} ${detail}`);
  const [, why = text] = /(?:api error )(\w+: .+)$/.exec(text) ?? [];
  return why;
}

function sentence(text: string): string {
  return text.trim().replace(/\s+/g, " ").replace(/\.$/, "");
}
