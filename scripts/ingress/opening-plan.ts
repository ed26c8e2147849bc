import type { Cidr } from "./cidr.ts";
import { type IngressRule, isExpired } from "./ingress-rule.ts";

/** What an operator wants to be open. */
export interface WantedOpening {
  readonly cidr: Cidr;
  readonly ports: readonly number[];
  readonly by: string;
  readonly until: Date;
}

/** What has to be done about one port. */
export type OpeningStep =
  | { readonly kind: "open"; readonly port: number }
  | { readonly kind: "prolong"; readonly port: number; readonly rule: IngressRule }
  /** Open already, for as long or for longer, by the same person. */
  | { readonly kind: "keep"; readonly port: number; readonly rule: IngressRule }
  /** Open already by a rule that was made elsewhere and has no end. */
  | { readonly kind: "foreign"; readonly port: number; readonly rule: IngressRule };

/**
 * Decides what to change so that each wanted port is open until the wanted time at least. A rule of
 * somebody else for the same address is taken over by who wants it longer: EC2 holds each rule once.
 *
 * @param rules the group's rules
 */
export function planOpening(
  rules: readonly IngressRule[],
  wanted: WantedOpening,
): readonly OpeningStep[] {
  return wanted.ports.map((port) => {
    const rule = rules.find(
      ({ protocol, ports, source }) =>
        protocol === "tcp" && ports === String(port) && source === wanted.cidr.text,
    );
    if (rule === undefined) return { kind: "open", port };
    if (rule.opening === null) return { kind: "foreign", port, rule };
    return { kind: rule.opening.until < wanted.until ? "prolong" : "keep", port, rule };
  });
}

/** The rules whose time is over, without those that the steps prolong. */
export function planExpiry(
  rules: readonly IngressRule[],
  now: Date,
  steps: readonly OpeningStep[] = [],
): readonly IngressRule[] {
  const prolonged = new Set(
    steps.flatMap((step) => (step.kind === "prolong" ? [step.rule.id] : [])),
  );
  return rules.filter((rule) => isExpired(rule, now) && !prolonged.has(rule.id));
}

/** Which rules an operator wants to be closed; what is `null` does not narrow. */
export interface WantedClosing {
  readonly cidr: Cidr | null;
  readonly ports: readonly number[] | null;
  /** `null`: whoever opened them. */
  readonly by: string | null;
}

/** The rules to remove: never one that was not made by `make sg-open`. */
export function planClosing(
  rules: readonly IngressRule[],
  wanted: WantedClosing,
): readonly IngressRule[] {
  return rules.filter(
    ({ opening, source, ports }) =>
      opening !== null &&
      (wanted.by === null || opening.by === wanted.by) &&
      (wanted.cidr === null || source === wanted.cidr.text) &&
      (wanted.ports === null || wanted.ports.some((port) => ports === String(port))),
  );
}
