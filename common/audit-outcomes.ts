/**
 * What can come of a call of a tool of a server behind the gateway, as the audit log has it and
 * `make audit` filters it. `failed` is the tool's own word; `unavailable` is a server that gave no result.
 */
export const auditOutcomes = ["done", "failed", "unavailable", "cancelled"] as const;

export type AuditOutcome = (typeof auditOutcomes)[number];
