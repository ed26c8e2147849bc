import { join } from "node:path";
import { z } from "zod";
import { readFileIfThere, replaceFile } from "./private-files.ts";

const fileName = "usage.json";
const usage = z.object({ day: z.string(), tokens: z.number().nonnegative() });

/** How many tokens of models a user has used today, in UTC. */
export interface UsageStore {
  tokensToday(): number;
  add(tokens: number): void;
}

/**
 * @param folder where the file is, or will be
 * @param now the time in milliseconds since the epoch
 */
export function createUsageStore(folder: string, now: () => number = Date.now): UsageStore {
  const path = join(folder, fileName);
  const today = () => new Date(now()).toISOString().slice(0, 10);

  /** A file that is no usage is none of this program's: what it would allow is not known. */
  function tokensToday(): number {
    const text = readFileIfThere(path);
    if (text === null) return 0;
    const kept = usage.parse(JSON.parse(text));
    return kept.day === today() ? kept.tokens : 0;
  }

  return {
    tokensToday,
    // In one go, so that two screens of one user do not undo each other's counting.
    add(tokens) {
      const kept = { day: today(), tokens: Math.max(0, tokensToday() + tokens) };
      replaceFile(folder, fileName, JSON.stringify(kept));
    },
  };
}
