import { describe, expect, it } from "vitest";
import type { ExchangeDetails, ExchangeEvent, ExchangeParty } from "../exchange.ts";
import { key, play, start, server as summary, typed, user } from "../testing/chat-play.ts";
import {
  type AuthRecord,
  authRecordBounds,
  claimsOf,
  emptyAuthRecord,
  recordExchange,
  stagesOf,
} from "./auth-record.ts";
import type { Line } from "./frame.ts";
import type { Message } from "./messages.ts";
import { authPaneLines } from "./view-auth-pane.ts";
import { columnsOf } from "./width.ts";

type Outcome = "ok" | "refused" | "failed";

function said(
  id: number,
  party: ExchangeParty,
  what: string,
  [outcome, summary, details = {}]: [Outcome, string, ExchangeDetails?],
  asked: ExchangeDetails = {},
): ExchangeEvent[] {
  const both = { id, at: id, party, what };
  return [
    { ...both, type: "asked", details: asked },
    { ...both, type: "answered", outcome, summary, details },
  ];
}

const server = "http://localhost:8080";
const token = { authorization: "Bearer •••" };
const claims = { "access token: username": "demo", "access token: exp": "3600" };
const wayIn: ExchangeEvent[] = [
  ...said(1, "MCP server", `GET ${server}/mcp`, [
    "refused",
    "401",
    { "WWW-Authenticate": "Bearer" },
  ]),
  ...said(2, "MCP server", `GET ${server}/.well-known/oauth-protected-resource/mcp`, ["ok", "200"]),
  ...said(3, "authorization server", "GET https://i/.well-known/openid-configuration", [
    "ok",
    "200",
  ]),
  // Each part of the client counts its own questions.
  ...said(1, "Cognito", "InitiateAuth", ["ok", "SOFTWARE_TOKEN_MFA"], { PASSWORD: "•••" }),
  ...said(2, "Cognito", "RespondToAuthChallenge", ["ok", "ok", claims]),
  ...said(1, "MCP server", `POST ${server}/mcp`, ["refused", "401"], token),
  ...said(2, "MCP server", `POST ${server}/mcp`, ["ok", "200"], token),
];
const later: ExchangeEvent[] = [
  ...said(3, "Cognito", "GetTokensFromRefreshToken", [
    "ok",
    "ok",
    { ...claims, "access token: exp": "7200" },
  ]),
  ...said(3, "MCP server", `POST ${server}/mcp`, ["refused", "403"], token),
];

const recorded = (events: readonly ExchangeEvent[], record: AuthRecord = emptyAuthRecord) =>
  events.reduce(recordExchange, record);
const exchanged = (event: ExchangeEvent): Message => ({ type: "exchanged", event });
const textOf = (lines: readonly Line[]) =>
  lines.map((line) => line.map(({ text }) => text).join(""));

describe("the record", () => {
  it("puts answers to their questions, and both into the stage that they belong to", () => {
    const record = recorded([...wayIn, ...later]);
    expect(record.exchanges.every(({ answer }) => answer !== null)).toBe(true);
    expect(stagesOf(record)).toEqual([
      "asked_for_token",
      "resource",
      "issuer",
      "sign_in",
      "sign_in",
      "accepted",
      "accepted",
      "since",
      "since",
    ]);
    expect(Object.fromEntries(claimsOf(record))).toEqual({ username: "demo", exp: "7200" });
  });

  it("ignores an answer to nothing", () => {
    expect(recorded(wayIn.slice(1, 2))).toBe(emptyAuthRecord);
  });

  it("keeps the way in and what happened last, however long it goes on", () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      said(index + 10, "MCP server", "POST /mcp", ["refused", "403"], token),
    ).flat();
    const { exchanges } = recorded([...wayIn, ...many]);
    expect(exchanges).toHaveLength(authRecordBounds.first + authRecordBounds.last);
    expect(exchanges[0]?.id).toBe(1);
    expect(exchanges.at(-1)?.id).toBe(1_009);
  });

  it("forgets the user who signs out, and what the server had said about the token", () => {
    const signedIn = play(
      start(),
      ...wayIn.map(exchanged),
      { type: "signed_in", user },
      { type: "connected", server: summary },
      { type: "verified", checks: ["signature"] },
    ).model;
    expect(JSON.stringify(signedIn.auth)).toContain("demo");
    const { model } = play(signedIn, typed("/logout"), key("enter"));
    expect(stagesOf(model.auth)).toEqual(["asked_for_token", "resource", "issuer"]);
    expect(model.auth.checks).toEqual([]);
    expect(JSON.stringify(model.auth)).not.toContain("demo");
  });
});

describe("the pane", () => {
  const model = play(
    start(),
    ...[...wayIn, ...later].map(exchanged),
    { type: "signed_in", user },
    { type: "verified", checks: ["signature (RS256)"] },
  ).model;

  it("numbers the steps in their order, with what was said and what it means", () => {
    const lines = textOf(authPaneLines(model, 60));
    expect(lines.filter((line) => /^\d\. /.test(line))).toEqual([
      "1. The server asks for a token",
      "2. Where its tokens come from",
      "3. What the authorization server offers",
      "4. Signing in",
      "5. The access token",
      "6. The server takes the token",
      "7. Since then",
    ]);
    const text = lines.join("\n");
    expect(text).toContain("  → SOFTWARE_TOKEN_MFA");
    expect(text).toContain("    PASSWORD: •••");
    expect(text).toContain("exp: 7200 (1970-01-01T02:00:00.000Z)");
    expect(text).toContain("✓ signature (RS256)");
  });

  it("counts down to the token's expiry", () => {
    const at = (now: number) => textOf(authPaneLines({ ...model, now }, 60)).join("\n");
    expect(at(0)).toContain("expires in 1:00:00");
    expect(at(3_541_000)).toContain("expires in 0:59");
    expect(at(3_600_000)).toContain("expired; the next request renews it");
  });

  it("says that there is nothing yet, and that an answer is awaited", () => {
    expect(textOf(authPaneLines(start(), 60))).toEqual(["Nothing has happened yet."]);
    const waiting = play(start(), ...wayIn.slice(0, 1).map(exchanged)).model;
    expect(textOf(authPaneLines(waiting, 60))).toContain("  → …");
  });

  it.each([20, 41, 60, 120])("fits into %i columns, in both languages", (columns) => {
    for (const language of ["en", "ko"] as const) {
      const lines = textOf(authPaneLines({ ...model, language }, columns));
      expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
    }
  });
});
