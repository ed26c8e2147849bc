import {
  type AuthExchange,
  type AuthStage,
  claimsOf,
  stagesOf,
  withoutClaims,
} from "./auth-record.ts";
import { blankLine, type Line, type Style, span } from "./frame.ts";
import { inLanguage, type Language } from "./language.ts";
import type { Model } from "./model.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { formatCountdown } from "./view-status.ts";
import { columnsOf } from "./width.ts";
import { wrapWords } from "./wrap.ts";

type AuthTexts = Texts["auth"];

/**
 * All lines of the auth pane: what was said on the way in, step by step, and what it means. The
 * conversation's screen gives it a place, scrolls it and draws its border.
 *
 * @param model its record, language and time count
 * @param columns how wide a line may be
 */
export function authPaneLines(model: Model, columns: number): readonly Line[] {
  const texts = textsOf(model.language).auth;
  const { auth } = model;
  const stages = stagesOf(auth);
  const of = (stage: AuthStage) => auth.exchanges.filter((_, index) => stages[index] === stage);
  const steps = (exchanges: readonly AuthExchange[]) =>
    exchanges.flatMap((exchange) => exchangeLines(exchange, model.language, columns));
  const bodies: readonly (readonly [keyof AuthTexts["sections"], Line[]])[] = [
    ["asked_for_token", steps(of("asked_for_token"))],
    ["resource", steps(of("resource"))],
    ["issuer", steps(of("issuer"))],
    ["sign_in", steps(of("sign_in"))],
    ["token", tokenLines(model, texts, columns)],
    ["accepted", [...steps(of("accepted")), ...checkLines(auth.checks, texts, columns)]],
    ["since", steps(of("since"))],
  ];
  const sections = bodies
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([name, lines], index) => {
      const { title, lesson } = texts.sections[name];
      return [
        ...(index === 0 ? [] : [blankLine]),
        ...wrapped(`${index + 1}. ${title}`, "strong", columns, 0),
        // What it means is read before what was said.
        ...wrapped(lesson, "dim", columns, 2),
        ...lines,
      ];
    });
  return sections.length > 0 ? sections : wrapped(texts.nothingYet, "dim", columns, 0);
}

function exchangeLines(exchange: AuthExchange, language: Language, columns: number): Line[] {
  const { answer, asked, what } = exchange;
  return [
    ...chunks(what, Math.max(4, columns - 2)).map((chunk): Line => [span("  "), span(chunk)]),
    ...Object.entries(asked).flatMap((member) => memberLines(member, columns)),
    ...answerLines(answer, language, columns),
  ];
}

/** An operation, or a method and an address: cut where a line is full, so that both begin on one. */
function chunks(text: string, columns: number): readonly string[] {
  return text.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
}

function answerLines(answer: AuthExchange["answer"], language: Language, columns: number): Line[] {
  const texts = textsOf(language).auth;
  if (answer === null) return [[span(`  → ${texts.waiting}`, "dim")]];
  const style = answerStyle(answer);
  const summary = inLanguage(answer.summary, language);
  const words = answer.outcome === "failed" ? texts.failed(summary) : summary;
  return [
    ...wrapped(`→ ${words}`, style, columns, 2),
    ...withoutClaims(answer.details).flatMap((member) => memberLines(member, columns)),
  ];
}

/** A 401 that asks for a token and a 404 on the way to the right address are steps, not failures. */
function answerStyle({ outcome, summary }: NonNullable<AuthExchange["answer"]>): Style {
  if (outcome === "ok") return "success";
  return outcome === "refused" && /^\d{3}$/.test(inLanguage(summary, "en")) ? "warning" : "error";
}

function tokenLines(model: Model, texts: AuthTexts, columns: number): Line[] {
  const claims = claimsOf(model.auth);
  if (claims.length === 0 || model.phase.name === "sign_in") return [];
  const seconds = Math.floor((model.phase.user.tokenExpiresAt - model.now) / 1000);
  const left =
    seconds > 0
      ? texts.expiresIn(formatCountdown(seconds, textsOf(model.language).status))
      : texts.expired;
  return [
    ...wrapped(left, seconds < 60 ? "warning" : "accent", columns, 2),
    ...claims.flatMap(([name, value]) => [
      ...memberLines([name, withTime(name, value)], columns),
      ...wrapped(texts.claims[name] ?? "", "dim", columns, 6),
    ]),
  ];
}

/** Seconds since the epoch are for machines. */
function withTime(name: string, value: string): string {
  const isTime = ["auth_time", "iat", "exp"].includes(name) && /^\d{1,11}$/.test(value);
  return isTime ? `${value} (${new Date(Number(value) * 1000).toISOString()})` : value;
}

function checkLines(checks: readonly string[], texts: AuthTexts, columns: number): Line[] {
  if (checks.length === 0) return [];
  return [
    ...wrapped(texts.checks, "plain", columns, 2),
    ...checks.flatMap((check) => wrapped(`✓ ${check}`, "success", columns, 4)),
  ];
}

/** A name and its value, which goes on below where it is long. */
function memberLines([name, value]: readonly [string, string], columns: number): Line[] {
  const indent = 4;
  const label = `${name}: `;
  const room = Math.max(4, columns - indent);
  const lines = wrapWords(`${label}${value}`, room);
  return lines.map((line, index): Line => {
    const margin = span(" ".repeat(indent));
    if (index > 0 || columnsOf(label) > room) return [margin, span(line)];
    return [margin, span(label, "dim"), span(line.slice(label.length))];
  });
}

function wrapped(text: string, style: Style, columns: number, indent: number): Line[] {
  if (text === "") return [];
  const margin = " ".repeat(indent);
  const lines = wrapWords(text, Math.max(4, columns - indent));
  return lines.map((line): Line => [span(margin), span(line, style)]);
}
