/**
 * What can come of a call of a tool of a server behind the gateway, as the audit log has it and
 * `make audit` filters it. `failed` is the tool's own word; `unavailable` is a server that gave no result;
 * `denied` is a call that the server was not asked, because its entry does not let this caller make it.
 */
export const auditOutcomes = ["done", "failed", "unavailable", "cancelled", "denied"] as const;

export type AuditOutcome = (typeof auditOutcomes)[number];
