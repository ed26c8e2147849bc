import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isRunning } from "@cleanauth/common/running-process.ts";
import { fileMode, folderMode } from "./private-files.ts";

/** Whoever holds a lock for longer than this hangs. */
const staleMilliseconds = 30_000;
const pollMilliseconds = 50;

/**
 * Does something while no other process of this user does something under the same lock. A lock whose holder
 * is gone, or hangs, is taken over. Where none can be had (a full disk, a folder that is read-only) it is done
 * without: the lock spares two processes a mishap, and guards no secret.
 *
 * @param path of the lock; a file with the holder's process id, which is there while it is held
 * @param act what is done
 * @returns what it comes to
 * @throws what it throws
 */
export async function whileLocked<Result>(
  path: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const isHeld = await take(path);
  try {
    return await act();
  } finally {
    if (isHeld) rmSync(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: folderMode });
  } catch {
    return false;
  }
  const latest = Date.now() + staleMilliseconds;
  while (Date.now() < latest) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx", mode: fileMode });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
    if (isAbandoned(path)) discard(path);
    else await delay(pollMilliseconds);
  }
  return false;
}

function isAbandoned(path: string): boolean {
  try {
    const holder = readFileSync(path, "utf8");
    const age = Date.now() - statSync(path).mtimeMs;
    // A file that is empty yet has just been made.
    return Math.abs(age) > staleMilliseconds || (holder !== "" && !isRunning(holder));
  } catch {
    return false;
  }
}

/** Of several that find it abandoned, one renames it; the others find it gone. */
function discard(path: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch {
    // Somebody was quicker.
  }
}
