import type { Attack } from "./attack.ts";
import { authorizeAttacks } from "./authorize-attacks.ts";
import { clientAttacks } from "./client-attacks.ts";
import { clientSignInAttacks } from "./client-sign-in-attacks.ts";
import { consentAttacks } from "./consent-attacks.ts";
import { documentAttacks } from "./document-attacks.ts";
import { floodAttacks } from "./flood-attacks.ts";
import { grantAttacks } from "./grant-attacks.ts";
import { sessionAttacks } from "./session-attacks.ts";
import { tokenAttacks } from "./token-attacks.ts";
import { toolAttacks } from "./tool-attacks.ts";
import { transportAttacks } from "./transport-attacks.ts";

/** All attacks, in the groups of docs/threats.md and in their order. */
export const attackGroups: Readonly<Record<string, readonly Attack[]>> = {
  tokens: tokenAttacks,
  sessions: sessionAttacks,
  transport: transportAttacks,
  façade: [...authorizeAttacks, ...consentAttacks, ...grantAttacks, ...documentAttacks],
  tools: toolAttacks,
  client: [...clientAttacks, ...clientSignInAttacks],
  floods: floodAttacks,
};
