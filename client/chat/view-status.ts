import {
  columnsOfLine,
  fitLine,
  justify,
  type Line,
  type Span,
  type Style,
  span,
} from "./frame.ts";
import type { Model, User } from "./model.ts";
import type { Hints } from "./texts/conversation-texts.ts";
import { type Texts, textsOf } from "./texts/texts.ts";

/** The server's address without its path, as it is short enough for a status bar. */
export function hostOf(serverUrl: string): string {
  return serverUrl.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

/**
 * The first line of the status bar: what goes on, who is signed in, how long the token holds, and
 * what is not the real thing. On a narrow screen less of it is shown; that there are stand-ins is
 * left out last.
 *
 * @param model time and stand-ins count
 * @param state what goes on: a sign and a word
 * @param user who is signed in, null before that
 * @param spent what the conversation has taken, in words; empty where nothing is known
 */
export function statusLine(
  model: Model,
  state: readonly Span[],
  user: User | null,
  spent = "",
): Line {
  const { columns } = model.size;
  const texts = textsOf(model.language).status;
  const standIns = standInNotes(model.standIns, texts);
  const lefts = userVariants(user, model.now, texts, spent).map((variant) => [
    ...state,
    ...variant,
  ]);
  for (const right of standIns) {
    for (const left of lefts) {
      const line = [span(" "), ...left];
      if (columnsOfLine(line) + 2 + columnsOfLine(right) < columns) {
        return justify(line, [...right, span(" ")], columns);
      }
    }
  }
  return fitLine([span(" "), ...state], columns);
}

function standInNotes(standIns: readonly string[], texts: Texts["status"]): Line[] {
  if (standIns.length === 0) return [[]];
  return [
    [span(texts.standIns(standIns.join(", ")), "warning")],
    [span(texts.standInCount(standIns.length), "warning")],
  ];
}

/** The same with less and less of it. */
function userVariants(
  user: User | null,
  now: number,
  texts: Texts["status"],
  spent: string,
): Line[] {
  if (user === null) return [[]];
  const name = [span("   "), span(user.username, "strong")];
  const groups = user.groups.length === 0 ? [] : [span(` · ${user.groups.join(", ")}`, "dim")];
  const token = [span("   "), ...tokenTime(user.tokenExpiresAt - now, texts)];
  const usage = spent === "" ? [] : [span(`   ${spent}`, "dim")];
  return [
    [...name, ...groups, ...token, ...usage],
    [...name, ...groups, ...token],
    [...name, ...token],
    name,
    [],
  ];
}

function tokenTime(milliseconds: number, texts: Texts["status"]): Line {
  const seconds = Math.floor(milliseconds / 1000);
  // A request renews it by itself; until somebody asks, there is nothing to renew it for.
  if (seconds <= 0) return [span(texts.tokenRenews, "dim")];
  const style: Style = seconds < 60 ? "warning" : "dim";
  return [span(`${texts.token} `, "dim"), span(formatCountdown(seconds, texts), style)];
}

/** `59:41`, `1:00:00`, `2 d 3 h`. */
export function formatCountdown(seconds: number, texts: Texts["status"]): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return texts.days(Math.floor(hours / 24), hours % 24);
}

/**
 * The second line of the status bar: the keys that help now, and the server.
 *
 * @param model its server counts
 * @param keys keys and what they do, the most important first
 */
export function hintLine(model: Model, keys: Hints): Line {
  const { columns } = model.size;
  const server: Line = [span(`${hostOf(model.serverUrl)} `, "dim")];
  const isQuitting = model.quitsUntil !== null && model.now < model.quitsUntil;
  if (isQuitting)
    return justify(
      [span(` ${textsOf(model.language).status.quitAgain}`, "warning")],
      server,
      columns,
    );
  let hints: Line = [];
  for (const [key, meaning] of keys) {
    const next: Line = [
      ...hints,
      span(hints.length === 0 ? " " : "   "),
      span(key),
      span(` ${meaning}`, "dim"),
    ];
    if (columnsOfLine(next) + 2 + columnsOfLine(server) > columns) break;
    hints = next;
  }
  return justify(hints, server, columns);
}
