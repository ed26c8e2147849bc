/** An inbound rule of the host's security group. */
export interface IngressRule {
  readonly id: string;
  /** `tcp`, or `all` for EC2's `-1`. */
  readonly protocol: string;
  /** `8080`, `8000-8100`, or `all`. */
  readonly ports: string;
  /** A range of addresses, or the id of a group or a prefix list. */
  readonly source: string;
  readonly description: string;
  /** `null`: the rule was not made by `make sg-open`, so nothing here ends or removes it. */
  readonly opening: Opening | null;
}

/** Who opened a port, and until when. */
export interface Opening {
  /** An identity in the account of the group, as {@link identityName} words it. */
  readonly by: string;
  readonly until: Date;
}

/**
 * Writes an opening as a rule's description: who reads the group in the console sees the same as
 * `make sg-list`, and it takes one permission less than tags would.
 *
 * @param opening its end is kept to the second
 */
export function describeOpening({ by, until }: Opening): string {
  return `MCP-Auth: opened by ${by} until ${formatInstant(until)}`;
}

/** Reads what {@link describeOpening} wrote; `null` for any other description. */
export function parseOpening(description: string): Opening | null {
  const [, by, end] =
    /^MCP-Auth: opened by (\S{1,200}) until (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(description) ??
    [];
  if (by === undefined || end === undefined) return null;
  const until = new Date(end);
  return Number.isNaN(until.getTime()) ? null : { by, until };
}

/**
 * The part of an identity's ARN that tells people of one account apart: `user/kim`,
 * `assumed-role/Operator/kim@example.com`, `root`. Paths are left out, names are unique without them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 *
 * @param arn what STS says of the caller
 * @returns at most 200 characters, all of them such as a rule's description may hold
 */
export function identityName(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  const [kind = "", ...names] = resource.split("/");
  const shown = kind === "user" ? [kind, ...names.slice(-1)] : [kind, ...names];
  return shown
    .join("/")
    .replace(/[^\w./:()#,@[\]+=&;{}!$*-]/g, "_")
    .slice(0, 200);
}

/** Whether a rule's time is over. */
export function isExpired(rule: IngressRule, now: Date): boolean {
  return rule.opening !== null && rule.opening.until <= now;
}

/** An instant in UTC, to the second, as in `2026-11-23T15:00:00Z`. */
export function formatInstant(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}
