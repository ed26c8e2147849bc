/** How often one sign-in may be asked for more scope. */
const mostStepUps = 2;

/** Keeps count of the scope that one sign-in was granted, and of how often it asked for more. */
export interface StepUp {
  /** What is granted now. */
  held(): string | null;
  /**
   * What is to be asked for when a server needs more: the union of both; null where asking again would
   * come to the same refusal, or it was asked for twice.
   *
   * @param scope what the server says that it needs
   */
  next(scope: string): string | null;
  /** Told when it is asked for. */
  asked(): void;
  /** Told what was granted in the end. */
  granted(scope: string): void;
}

/**
 * Bounds how often a server may have more scope asked for.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#step-up-authorization-flow
 *
 * @param first what the sign-in began with; null where nobody said
 */
export function createStepUp(first: string | null): StepUp {
  let held = first;
  let count = 0;
  return {
    held: () => held,
    next(scope) {
      const wanted = unionOf(held, scope);
      return wanted === held || count === mostStepUps ? null : wanted;
    },
    asked() {
      count += 1;
    },
    granted(scope) {
      held = unionOf(held, scope);
    },
  };
}

function unionOf(one: string | null, other: string): string {
  const scopes = [...(one ?? "").split(" "), ...other.split(" ")].filter(Boolean);
  return [...new Set(scopes)].join(" ");
}
