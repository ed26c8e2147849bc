import { AppError } from "@cleanauth/common/app-error.ts";
import type { AgentEvent, McpConnection, ServerEvent, Tool } from "./agent/agent.ts";
import type { Listing } from "./agent/offers.ts";
import type { StandingApproval } from "./approvals.ts";
import type { Language, LocalizedText, ShownText } from "./chat/language.ts";
import type { Message } from "./chat/messages.ts";
import type { Problem, ServerSummary, ToolArgument, User } from "./chat/model.ts";
import { localized } from "./chat/texts/texts.ts";
import type { ExchangeDetails, ExchangeEvent } from "./exchange.ts";
import { wordingOf } from "./localized-error.ts";
import { qrLines } from "./qr-code.ts";
import type { Question } from "./sign-in/question.ts";
import type { SignInStep, TokenSource } from "./sign-in/sign-in.ts";
import { stripControlCharacters, stripToLine } from "./terminal-text.ts";

// What comes from a model, a tool, a server or an error becomes what a screen may show: every text is
// free of control characters from here on. Nothing else puts foreign text into a message.

/** @param event what the agent tells; texts of the answer itself are filtered by the caller */
export function messageOfEvent(event: Exclude<AgentEvent, { type: "text" }>): Message | null {
  switch (event.type) {
    case "tool_call":
      return {
        type: "tool_called",
        callId: event.id,
        tool: stripToLine(event.name),
        arguments: argumentsOf(event.arguments),
      };
    case "tool_result":
      return {
        type: "tool_ended",
        callId: event.id,
        tool: stripToLine(event.name),
        outcome: event.outcome,
        text: stripControlCharacters(event.text),
        durationMilliseconds: event.durationMilliseconds,
      };
    case "notice":
      return {
        type: "noticed",
        text: eachLanguage((language) => stripControlCharacters(event.text[language])),
      };
    case "retrying": {
      const { reason, delayMilliseconds } = event;
      return { type: "retrying", reason: shownText(reason), delayMilliseconds };
    }
    case "done":
      return null;
  }
}

/** @param event what the server does unasked */
export function messageOfServerEvent(
  event: Extract<ServerEvent, { type: "logged" | "reachable" }>,
): Message {
  if (event.type === "reachable") return { type: "server_reachable", state: event.state };
  return { type: "server_logged", level: event.level, text: stripToLine(event.text, 500) };
}

/** @param url where the user is to go on in a browser, because the server asks for more scope */
export function messageOfStepUp(url: string): Message {
  return { type: "noticed", text: localized(({ transcript }) => transcript.stepUp(url)) };
}

/**
 * Each argument with its value as JSON on one line. What cannot be seen is written as an escape, so
 * that whoever is asked about a call sees all of it.
 */
export function argumentsOf(
  toolArguments: Readonly<Record<string, unknown>>,
): readonly ToolArgument[] {
  return Object.entries(toolArguments).map(([name, value]) => ({
    name: stripToLine(name),
    value: stripControlCharacters(withEscapes(JSON.stringify(value) ?? "null")),
  }));
}

function withEscapes(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    // A joiner is a part of many an emoji.
    character === "\u200d" ? character : escapeOf(character),
  );
}

function escapeOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

export function problemOf(error: unknown): Problem {
  const code = error instanceof AppError ? error.code : "defect";
  const wording = wordingOf(error);
  const words = (part: 0 | 1) => eachLanguage((language) => stripToLine(wording[language][part]));
  return { code, message: words(0), hint: words(1) };
}

export function userOf(tokens: TokenSource): User {
  const { username, groups } = tokens.identity;
  return {
    username: stripToLine(username, 40),
    groups: groups.map((group) => stripToLine(group, 40)),
    tokenExpiresAt: tokens.expiresAtMilliseconds(),
  };
}

/**
 * @param connection the MCP session
 * @param approvalOf what was decided about a tool
 */
export function serverOf(
  connection: McpConnection,
  approvalOf: (tool: Tool) => StandingApproval = () => "asks",
): ServerSummary {
  const { prompts, resources, completes } = connection.offers();
  return {
    name: stripToLine(connection.serverName, 60) || "MCP server",
    version: stripToLine(connection.serverVersion, 30),
    tools: connection.tools().map((tool) => ({
      name: stripToLine(tool.name),
      description: stripToLine(tool.description, 1_000),
      approval: tool.readOnly ? null : approvalOf(tool),
    })),
    prompts: shownListing(prompts),
    resources: shownListing(resources),
    completes,
  };
}

function shownListing<Item>(listing: Listing<Item>): Listing<Item, Problem> {
  return listing.state === "failed" ? { ...listing, error: problemOf(listing.error) } : listing;
}

/** @param step a question of the sign-in's */
export function messageOfQuestion({
  question,
  problem,
}: Extract<SignInStep, { kind: "question" }>): Message {
  return {
    type: "asked",
    question: shownQuestion(question),
    picture: question.app === null ? [] : qrLines(question.app.uri),
    problem: problem === null ? null : problemOf(problem),
  };
}

/** @param question whose texts may come from Cognito */
export function shownQuestion(question: Question): Question {
  const { app, url } = question;
  return {
    ...question,
    sentTo: question.sentTo === null ? null : stripToLine(question.sentTo, 60),
    app: app === null ? null : { ...app, key: stripToLine(app.key, 256) },
    url: url === null ? null : stripToLine(url, 4_000),
    fields: question.fields.map((field) => ({ ...field, name: stripToLine(field.name, 60) })),
  };
}

/** Bounded as well: the record of an exchange is kept for as long as the screen. */
export function exchangeOf(event: ExchangeEvent): ExchangeEvent {
  const shown = { ...event, what: stripToLine(event.what), details: detailsOf(event.details) };
  return shown.type === "asked" ? shown : { ...shown, summary: shownText(shown.summary) };
}

function shownText(text: ShownText): ShownText {
  if (typeof text === "string") return stripToLine(text);
  return eachLanguage((language) => stripToLine(text[language]));
}

function eachLanguage(wordsIn: (language: Language) => string): LocalizedText {
  return { en: wordsIn("en"), ko: wordsIn("ko") };
}

function detailsOf(details: ExchangeDetails): ExchangeDetails {
  const entries = Object.entries(details).slice(0, 40);
  return Object.fromEntries(
    entries.map(([name, value]) => [stripToLine(name, 80), stripToLine(value, 500)]),
  );
}

/**
 * Asks the server what it checked of the token.
 *
 * @returns none where it has no tool that says so
 */
export async function checksOf(connection: McpConnection): Promise<readonly string[]> {
  const whoami = connection.tools().find(({ name, readOnly }) => name === "whoami" && readOnly);
  if (whoami === undefined) return [];
  const signal = AbortSignal.timeout(10_000);
  const { structuredContent } = await connection.callTool(whoami.name, {}, signal);
  const checks = structuredContent?.verification;
  if (!Array.isArray(checks)) return [];
  const words = checks.filter((check) => typeof check === "string").slice(0, 20);
  return words.map((check) => stripToLine(check, 200));
}
