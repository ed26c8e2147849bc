import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, parse, resolve } from "node:path";
import type { Environment } from "@cleanauth/common/environment.ts";
import { LocalizedError } from "../localized-error.ts";

/** What this program keeps is for nobody but the user that runs it. */
export const folderMode = 0o700;
export const fileMode = 0o600;

/**
 * The folder that this program keeps its state in. It is not made here.
 * https://specifications.freedesktop.org/basedir/latest/
 *
 * @param environment the joined environment
 */
export function stateFolder(environment: Environment): string {
  const { XDG_STATE_HOME: given = "" } = environment;
  const base = isAbsolute(given) ? given : join(environment.HOME ?? homedir(), ".local", "state");
  return join(base, "cleanauth");
}

/**
 * Replaces a file as a whole: whoever reads it meanwhile, or after a crash, finds the old text or the
 * new one.
 *
 * @param folder made where it is not there
 * @param name the file's name
 * @param text its new content
 */
export function replaceFile(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: folderMode });
  const fresh = join(folder, `.${name}.${randomBytes(6).toString("hex")}`);
  try {
    writeFileSync(fresh, text, { mode: fileMode, flag: "wx", flush: true });
    renameSync(fresh, join(folder, name));
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** The text of a file, or null where there is none. */
export function readFileIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Writes a file that a user asked for. Nothing that is there is written over: the name gets a number.
 *
 * @param folder usually the working directory
 * @param name the file's name, without folders
 * @param text its content
 * @returns the file's whole path
 * @throws AppError `file_not_saved`
 */
export function saveNewFile(folder: string, name: string, text: string): string {
  const { name: stem, ext } = parse(name);
  for (let number = 1; ; number += 1) {
    const path = resolve(folder, number === 1 ? name : `${stem}-${number}${ext}`);
    try {
      writeFileSync(path, text, { mode: fileMode, flag: "wx" });
      return path;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EEXIST" && number < mostOfOneName) continue;
      const why = code ?? message;
      throw new LocalizedError(
        "file_not_saved",
        {
          en: [
            `Cannot write ${path}: ${why}`,
            "Check the folder's permissions and the disk's free space.",
          ],
          ko: [
            `${path} 파일을 쓸 수 없습니다: ${why}`,
            "폴더의 권한과 디스크의 남은 공간을 확인하세요.",
          ],
        },
        { cause: error },
      );
    }
  }
}

const mostOfOneName = 100;
