import type { Fact, FactDefinitions, RawFacts, ValuesOf } from "./fact.ts";
import type { ShellScript } from "./shell-script.ts";

/** What one operation has to do on one host, decided from facts alone. */
export type Decision =
  | { readonly kind: "ok" }
  | { readonly kind: "skipped"; readonly because: string }
  /** The host is such that it cannot be done at all. */
  | { readonly kind: "refused"; readonly message: string; readonly hint: string }
  | {
      readonly kind: "change";
      /** In words, for `-v`; no secret. */
      readonly because?: string;
      /** Left out where the handlers that the operation notifies do it. */
      readonly command?: ShellScript;
      readonly files?: readonly FileChange[];
    };

/** A text file before and after, for `--diff`. */
export interface FileChange {
  readonly path: string;
  /** `null` where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One thing that should be so on a host, and the command that makes it so. */
export interface Operation<Facts> {
  /** A state, not an action: "Node.js 24 is installed". */
  readonly name: string;
  readonly tags?: readonly string[];
  /** An action, not a state (going back once, say): it is not looked at again afterwards. */
  readonly isAction?: boolean;
  /** Pure. Compares what is with what should be. */
  decide(facts: Facts): Decision;
  /** Names of handlers, of any role, that run at the end when this operation changed something. */
  readonly notifies?: readonly string[];
  /** For one try; 120 unless told otherwise. */
  readonly timeoutSeconds?: number;
  /** Further tries after the first; none unless told otherwise. */
  readonly retries?: number;
  /** Between tries; 3 unless told otherwise. */
  readonly retryDelaySeconds?: number;
}

/** Runs once at the end of a play, on hosts where an operation notified it. */
export interface Handler {
  readonly name: string;
  readonly command: ShellScript;
  readonly timeoutSeconds?: number;
}

/** How one concern of a host should be. Its facts are its own; other roles do not see them. */
export interface Role {
  readonly name: string;
  /** By full name. */
  readonly facts: FactDefinitions;
  readonly operations: readonly Operation<RawFacts>[];
  readonly handlers: readonly Handler[];
}

/**
 * Declares a role.
 *
 * @param role its facts, and operations that decide from those facts' parsed values
 */
export function defineRole<Definitions extends FactDefinitions>(role: {
  readonly name: string;
  readonly facts: Definitions;
  readonly operations: readonly Operation<ValuesOf<Definitions>>[];
  readonly handlers?: readonly Handler[];
}): Role {
  const fullName = (name: string) => `${role.name}.${name}`;
  const parse = (raw: RawFacts): ValuesOf<Definitions> => {
    const values = Object.entries(role.facts).map(([name, definition]) => [
      name,
      (definition as Fact<unknown>).parse(raw[fullName(name)] ?? ""),
    ]);
    return Object.fromEntries(values) as ValuesOf<Definitions>;
  };
  return {
    name: role.name,
    facts: Object.fromEntries(
      Object.entries(role.facts).map(([name, definition]) => [fullName(name), definition]),
    ),
    operations: role.operations.map((operation) => ({
      ...operation,
      decide: (raw: RawFacts) => operation.decide(parse(raw)),
    })),
    handlers: role.handlers ?? [],
  };
}

/** Roles for hosts. */
export interface Play {
  readonly name: string;
  readonly roles: readonly Role[];
}
