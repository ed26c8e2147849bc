import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { AppError } from "@cleanauth/common/app-error.ts";

/** "Sticky": a folder in which everybody keeps files. */
const sharedFolderBit = 0o1000;

/**
 * Makes a folder that nobody but this user can look into, or makes it so where it is there.
 *
 * @throws AppError `configuration_data_dir`
 */
export function makeDataDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { mode } = statSync(path);
    if ((mode & sharedFolderBit) !== 0) {
      throw Object.assign(new Error("A folder like /tmp, which others use"), { code: "ESHARED" });
    }
    if ((mode & 0o777) !== 0o700) chmodSync(path, 0o700);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new AppError(
      "configuration_data_dir",
      `Cannot keep data in ${path}: ${(error as NodeJS.ErrnoException).code}`,
      "Set DATA_DIR to a folder of this user's own.",
      { cause: error },
    );
  }
}
