import type { ShownText } from "./chat/language.ts";

/**
 * The record of what is said between the client and those who decide whether it gets in: Cognito, an
 * authorization server, the MCP server. It is made for people to look at, so secrets are masked where
 * an event is made; no listener ever holds one.
 */

/** Whom the client talks to. */
export type ExchangeParty = "Cognito" | "authorization server" | "MCP server";

/** What was said, name by name; a secret's value is {@link masked}. Texts are as they came. */
export type ExchangeDetails = Readonly<Record<string, string>>;

export type ExchangeEvent =
  | {
      readonly type: "asked";
      /** Joins a question with its answer; counts up within one record. */
      readonly id: number;
      /** Milliseconds since the epoch. */
      readonly at: number;
      readonly party: ExchangeParty;
      /** Cognito's operation (`InitiateAuth`), or method and URL without query (`GET https://…`). */
      readonly what: string;
      readonly details: ExchangeDetails;
    }
  | {
      readonly type: "answered";
      readonly id: number;
      readonly at: number;
      readonly party: ExchangeParty;
      readonly what: string;
      /** `refused` is an answer that says no, `failed` is no answer. */
      readonly outcome: "ok" | "refused" | "failed";
      /** One line: a challenge's name, an HTTP status, an exception's name; why there was no answer. */
      readonly summary: ShownText;
      readonly details: ExchangeDetails;
    };

/** Told every event, at once and in order. Must not throw. */
export type ExchangeObserver = (event: ExchangeEvent) => void;

/** Tells what came of a question. */
export type TellAnswer = (
  outcome: "ok" | "refused" | "failed",
  summary: ShownText,
  details?: ExchangeDetails,
) => void;

/** Records a question, and hands back what records its answer. */
export type Exchange = (
  party: ExchangeParty,
  what: string,
  details?: ExchangeDetails,
) => TellAnswer;

/** Stands for the value of a secret. */
export const masked = "•••";

/**
 * Begins a record.
 *
 * @param observe told every event; without it nothing is recorded
 */
export function createExchange(observe?: ExchangeObserver): Exchange {
  let lastId = 0;
  return (party, what, details = {}) => {
    lastId += 1;
    const id = lastId;
    observe?.({ type: "asked", id, at: Date.now(), party, what, details });
    return (outcome, summary, answer = {}) => {
      const at = Date.now();
      observe?.({ type: "answered", id, at, party, what, outcome, summary, details: answer });
    };
  };
}

/**
 * Reduces a set of values to what may be shown. The names that may are listed, not those that may
 * not: whatever a service adds tomorrow is masked.
 *
 * @param values by name; one that is undefined is left out
 * @param shown the names whose values may be seen
 */
export function maskedDetails(
  values: Readonly<Record<string, unknown>>,
  shown: ReadonlySet<string>,
): ExchangeDetails {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, shown.has(name) ? textOf(value) : masked]),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
