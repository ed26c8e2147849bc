/**
 * Client scenarios of the specification of 2025-03-26 alone, which later ones forbid to do; each with the rule
 * of docs/authorization.md that forbids it. They are not run; `authorization-server.test.ts` proves that what
 * they ask for is refused, with this reason.
 */
export const legacyScenarios: ReadonlyMap<string, string> = new Map([
  [
    "auth/2025-03-26-oauth-metadata-backcompat",
    "its metadata speaks for another issuer than the one that was asked (client, rule 2)",
  ],
  [
    "auth/2025-03-26-oauth-endpoint-fallback",
    "it has no metadata, so nobody says that it supports PKCE with S256 (client, rule 3)",
  ],
]);
