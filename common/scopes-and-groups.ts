/**
 * The resource server that stands for the MCP server in the user pool. Cognito writes it before the
 * name of a custom scope, as in `mcp-auth/notes:write`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
 */
export const resourceServerId = "mcp-auth";

/** The custom scopes of that resource server, and what each of them lets a client do. */
export const scopes = {
  "weather:read": "Ask for forecasts and alerts",
  "notes:read": "Read your notes",
  "notes:write": "Write and delete your notes",
  "groups:use": "Use what only members of your groups may",
} as const;

export type ScopeName = keyof typeof scopes;

/** The scopes as tokens carry them. */
export const qualifiedScopes: readonly string[] = Object.keys(scopes).map((name) =>
  qualifyScope(name as ScopeName),
);

/** A scope as tokens carry it. */
export function qualifyScope(name: ScopeName): string {
  return `${resourceServerId}/${name}`;
}

/** Whether a scope is one of this server's resource server, whoever has declared it. */
export function isOwnScope(scope: string): boolean {
  return scope.startsWith(`${resourceServerId}/`);
}

/**
 * What Cognito puts into every token of a sign-in with user name and password, and what `GetUser` and
 * the other operations on oneself ask for.
 */
export const userAdminScope = "aws.cognito.signin.user.admin";

/** The groups of the pool, and what their members may do. */
export const groups = {
  admin: "May see the state of the host",
  user: "May use the tools",
} as const;

export type GroupName = keyof typeof groups;
