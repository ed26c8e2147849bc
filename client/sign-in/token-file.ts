import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { LocalizedText } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import { whileLocked } from "../store/file-lock.ts";
import { replaceFile } from "../store/private-files.ts";
import { stripToLine } from "../terminal-text.ts";
import type { Identity } from "./sign-in.ts";

/** Keeps the refresh token of one sign-in from one start of the program to the next. */
export interface TokenKeeper {
  /** The refresh token that is kept for this user now; another process may have renewed it. */
  current(subject: string): string | null;
  save(identity: Identity, refreshToken: string): void;
  forget(): void;
  /**
   * Does something while no other process exchanges the token: where it is rotated, the second of two who do so
   * at once would be told that the sign-in is over.
   */
  exclusively<Result>(act: () => Promise<Result>): Promise<Result>;
}

const storedSignIn = z.object({
  username: z.string(),
  subject: z.string(),
  refreshToken: z.string().min(1),
  /** What a sign-in in the browser has to remember beside its token. */
  about: z.unknown().optional(),
});

export type StoredSignIn = z.output<typeof storedSignIn>;

export interface TokenFile extends TokenKeeper {
  /**
   * What is kept; null where nothing is.
   *
   * @throws AppError `sign_in_stored_refused` when the file is not this user's alone, or is damaged: it
   *   is not used then
   */
  read(): StoredSignIn | null;
  /** The same file, saved together with what has to be remembered by then. */
  withAbout(about: () => unknown): TokenKeeper;
}

const largestFile = 64 * 1024;

/**
 * Opens the place where a sign-in is kept: a file of mode 0600 in the user's state folder, one for each
 * issuer and client. Nothing is read or written yet.
 *
 * @param stateFolder of this user
 * @param key what tells one sign-in from another; never a secret
 */
export function openTokenFile(stateFolder: string, key: readonly string[]): TokenFile {
  const folder = join(stateFolder, "tokens");
  const digest = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  const name = `${digest.slice(0, 32)}.json`;
  const path = join(folder, name);

  function read(): StoredSignIn | null {
    const text = readOwnFile(path);
    if (text === null) return null;
    const parsed = storedSignIn.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw refused(path, { en: "it is damaged", ko: "손상됨" });
  }

  function keeper(aboutNow: () => unknown): TokenKeeper {
    return {
      current(subject) {
        try {
          const stored = read();
          return stored?.subject === subject ? stored.refreshToken : null;
        } catch {
          return null;
        }
      },
      save({ username, subject }, refreshToken) {
        const about = aboutNow();
        const kept = { username, subject, refreshToken, ...(about === undefined ? {} : { about }) };
        replaceFile(folder, name, `${JSON.stringify(kept)}\n`);
      },
      forget: () => rmSync(path, { force: true }),
      exclusively: (act) => whileLocked(`${path}.lock`, act),
    };
  }

  return { ...keeper(() => undefined), read, withAbout: keeper };
}

/** The text of a file that belongs to this user and to nobody else; links are not followed. */
function readOwnFile(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw refused(
      path,
      code === "ELOOP"
        ? { en: "it is a link", ko: "링크임" }
        : { en: `it cannot be read (${code})`, ko: `읽을 수 없음 (${code})` },
    );
  }
  try {
    const stats = fstatSync(file);
    const { uid, mode, size } = stats;
    if (!stats.isFile()) throw refused(path, { en: "it is no file", ko: "파일이 아님" });
    if (process.getuid !== undefined && uid !== process.getuid()) {
      throw refused(path, { en: "it belongs to another user", ko: "다른 사용자의 것임" });
    }
    if ((mode & 0o077) !== 0 && process.platform !== "win32") {
      const octal = (mode & 0o777).toString(8);
      throw refused(path, {
        en: `others may read or write it (mode ${octal})`,
        ko: `다른 사용자가 읽거나 쓸 수 있음 (모드 ${octal})`,
      });
    }
    if (size > largestFile) throw refused(path, { en: "it is too large", ko: "너무 큼" });
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused(path: string, why: LocalizedText): LocalizedError {
  const file = stripToLine(path, 300);
  return new LocalizedError("sign_in_stored_refused", {
    en: [
      `The sign-in that is kept in ${file} was not used: ${why.en}`,
      "Delete that file and sign in again.",
    ],
    ko: [
      `${file}에 보관된 로그인을 쓰지 않았습니다: ${why.ko}`,
      "그 파일을 지우고 다시 로그인하세요.",
    ],
  });
}
