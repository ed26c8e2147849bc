import type { ExchangeDetails, ExchangeEvent, ExchangeParty } from "../exchange.ts";
import type { ShownText } from "./language.ts";

/** What was said on the way in and since then, for the auth pane. Holds no secret: see exchange.ts. */
export interface AuthRecord {
  /** In the order in which they were asked. */
  readonly exchanges: readonly AuthExchange[];
  /** What the server says that it checked of the token; empty while it is not known. */
  readonly checks: readonly string[];
}

/** A question and its answer. */
export interface AuthExchange {
  readonly id: number;
  readonly party: ExchangeParty;
  readonly what: string;
  readonly askedAt: number;
  readonly asked: ExchangeDetails;
  /** Null while the answer is awaited. */
  readonly answer: {
    readonly at: number;
    readonly outcome: "ok" | "refused" | "failed";
    readonly summary: ShownText;
    readonly details: ExchangeDetails;
  } | null;
}

/** Which part of the way an exchange belongs to, in the order in which they are shown. */
export type AuthStage =
  | "asked_for_token"
  | "resource"
  | "issuer"
  | "sign_in"
  | "accepted"
  | "since";

export const emptyAuthRecord: AuthRecord = { exchanges: [], checks: [] };

/** So many are kept: the way in, and what happened last. */
export const authRecordBounds = { first: 60, last: 60 };

/** @param event free of control characters */
export function recordExchange(record: AuthRecord, event: ExchangeEvent): AuthRecord {
  const { id, party, what, at, details } = event;
  if (event.type === "asked") {
    const asked: AuthExchange = { id, party, what, askedAt: at, asked: details, answer: null };
    return { ...record, exchanges: bounded([...record.exchanges, asked]) };
  }
  const index = record.exchanges.findLastIndex(
    (each) => each.id === id && each.party === party && each.what === what && each.answer === null,
  );
  const found = record.exchanges[index];
  if (found === undefined) return record;
  const { outcome, summary } = event;
  const answered = { ...found, answer: { at, outcome, summary, details } };
  return { ...record, exchanges: record.exchanges.with(index, answered) };
}

/** What is left when somebody signs out: what anybody could find out. */
export function withoutUser(record: AuthRecord): AuthRecord {
  const open: readonly AuthStage[] = ["asked_for_token", "resource", "issuer"];
  const stages = stagesOf(record);
  return {
    exchanges: record.exchanges.filter((_, index) => open.includes(stages[index] ?? "since")),
    checks: [],
  };
}

/** The stage of each exchange of a record. */
export function stagesOf({ exchanges }: AuthRecord): AuthStage[] {
  let isAccepted = false;
  return exchanges.map((exchange) => {
    const stage = isAccepted ? stageAfterwards(exchange) : stageOfWayIn(exchange);
    if (stage === "accepted" && exchange.answer?.outcome === "ok") isAccepted = true;
    return stage;
  });
}

function stageOfWayIn(exchange: AuthExchange): AuthStage {
  return stageOfDiscovery(exchange) ?? (exchange.party === "MCP server" ? "accepted" : "sign_in");
}

function stageAfterwards(exchange: AuthExchange): AuthStage {
  return stageOfDiscovery(exchange) ?? "since";
}

function stageOfDiscovery({ party, what, asked }: AuthExchange): AuthStage | null {
  if (what.includes("/.well-known/oauth-protected-resource")) return "resource";
  if (what.includes("/.well-known/")) return "issuer";
  return party === "MCP server" && asked.authorization === undefined ? "asked_for_token" : null;
}

/** Whether the newest answer says no, or did not come. */
export function isRefusedLast({ exchanges }: AuthRecord): boolean {
  const newest = exchanges.findLast(({ answer }) => answer !== null)?.answer;
  return newest !== undefined && newest !== null && newest.outcome !== "ok";
}

const claimPrefix = "access token: ";

/** The claims of the access token that was issued last, by name; none before there is one. */
export function claimsOf(record: AuthRecord): readonly (readonly [name: string, value: string])[] {
  const issued = record.exchanges.findLast(({ answer }) => tokenClaims(answer?.details).length > 0);
  return tokenClaims(issued?.answer?.details);
}

function tokenClaims(details: ExchangeDetails = {}) {
  return Object.entries(details)
    .filter(([name]) => name.startsWith(claimPrefix))
    .map(([name, value]) => [name.slice(claimPrefix.length), value] as const);
}

/** What an answer said beside the token's claims, which have a place of their own. */
export function withoutClaims(details: ExchangeDetails): readonly (readonly [string, string])[] {
  return Object.entries(details).filter(([name]) => !name.startsWith(claimPrefix));
}

function bounded(exchanges: readonly AuthExchange[]): readonly AuthExchange[] {
  const { first, last } = authRecordBounds;
  return exchanges.length <= first + last ? exchanges : exchanges.toSpliced(first, 1);
}
