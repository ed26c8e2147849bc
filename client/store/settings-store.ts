import { join } from "node:path";
import { modelIdSetting } from "@cleanauth/common/bedrock-settings.ts";
import { z } from "zod";
import { LocalizedError } from "../localized-error.ts";
import { readFileIfThere, replaceFile } from "./private-files.ts";

const fileName = "settings.json";

/** What a price table may say of a model: US dollars for a million tokens. */
const price = z.object({
  inputPerMillion: z.number().nonnegative(),
  outputPerMillion: z.number().nonnegative(),
});

const approval = z.object({
  serverUrl: z.string(),
  tool: z.string(),
  /** Of the tool's definition when it was decided: a tool that has changed since is asked about. */
  fingerprint: z.string(),
  decision: z.enum(["always", "never"]),
});

// Loose: what a later version has put into the file is still there after this one has changed it.
const settings = z.looseObject({
  language: z.enum(["en", "ko"]).optional(),
  theme: z.enum(["auto", "light", "dark"]).optional(),
  modelId: modelIdSetting.optional(),
  systemPrompt: z.string().max(20_000).optional(),
  temperature: z.number().min(0).max(1).optional(),
  approvals: z.array(approval).default([]),
  /** Those that have answered, the latest last. */
  models: z.array(modelIdSetting).default([]),
  /** By model id. */
  prices: z.record(z.string(), price).default({}),
});

/** What a user has chosen. */
export type UserSettings = z.output<typeof settings>;
export type StoredApproval = z.output<typeof approval>;

/** A user's settings, in a file that may be edited by hand. */
export interface SettingsStore {
  /** @throws AppError `settings_unreadable` for a file that is no settings */
  read(): UserSettings;
  /**
   * Writes what is given over what is there.
   * @throws AppError `settings_unreadable`: what somebody mistyped is not thrown away; or
   *   `settings_unwritable`
   */
  change(changes: Partial<UserSettings>): UserSettings;
}

/** @param folder where the file is, or will be */
export function createSettingsStore(folder: string): SettingsStore {
  const path = join(folder, fileName);

  function read(): UserSettings {
    try {
      return settings.parse(JSON.parse(readFileIfThere(path) ?? "{}"));
    } catch (error) {
      throw new LocalizedError(
        "settings_unreadable",
        {
          en: [
            `Cannot read the settings in ${path}: ${reasonOf(error)}`,
            "Correct the file, or remove it to start with none.",
          ],
          ko: [
            `${path}의 설정을 읽을 수 없습니다: ${reasonOf(error)}`,
            "파일을 고치거나, 지우고 처음부터 시작하세요.",
          ],
        },
        { cause: error },
      );
    }
  }

  return {
    read,
    // In one go, so that two screens of one user do not undo each other's changes.
    change(changes) {
      const changed = settings.parse({ ...read(), ...changes });
      try {
        replaceFile(folder, fileName, `${JSON.stringify(changed, null, 2)}\n`);
      } catch (error) {
        throw new LocalizedError(
          "settings_unwritable",
          {
            en: [
              `Cannot write the settings to ${path}: ${reasonOf(error)}`,
              "Check the folder's permissions and the disk's free space.",
            ],
            ko: [
              `${path}에 설정을 쓸 수 없습니다: ${reasonOf(error)}`,
              "폴더의 권한과 디스크의 남은 공간을 확인하세요.",
            ],
          },
          { cause: error },
        );
      }
      return changed;
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join(".")}: ${issue?.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
