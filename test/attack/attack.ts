import type { Answer } from "../../server/testing/rpc.ts";
import type { Target } from "./target.ts";

/** One thing that somebody who means harm would try. */
export interface Attack {
  /** What is tried, to be read after "tries". */
  readonly tried: string;
  /** Why it comes to nothing. */
  readonly because: string;
  /** Whether it takes long by itself; it is begun first then, beside the others. */
  readonly isSlow?: boolean;
  /** Plays it; what is thrown counts as got through. */
  play(target: Target): Promise<Outcome>;
}

export interface Outcome {
  /** What was answered, in a few words. */
  readonly answer: string;
  /** Whether the attack came to nothing. */
  readonly isRefused: boolean;
}

/** Judges an answer by its status, and by a word in its challenge or body. */
export function refusedWith(answer: Answer, status: number, word?: RegExp): Outcome {
  const { headers, text } = answer;
  const challenge = headers["www-authenticate"] ?? "";
  const said = `${challenge} ${text}`;
  const code = /error="?([a-z_]+)"?/.exec(challenge)?.[1] ?? answer.json?.error;
  const shown = typeof code === "string" ? ` ${code}` : "";
  const message = answer.json?.error?.message ?? answer.json?.error_description;
  return {
    answer: `${answer.status}${shown}${message === undefined ? "" : `: ${cut(message)}`}`,
    isRefused: answer.status === status && (word === undefined || word.test(said)),
  };
}

function cut(text: string): string {
  return text.length > 70 ? `${text.slice(0, 67)}...` : text;
}

/** Joins the outcomes of the same attack on several routes: the worst of them counts. */
export function allRefused(outcomes: readonly Outcome[]): Outcome {
  const through = outcomes.find(({ isRefused }) => !isRefused);
  if (through !== undefined) return through;
  const answers = [...new Set(outcomes.map(({ answer }) => answer))];
  return { answer: answers.join(", "), isRefused: outcomes.length > 0 };
}
