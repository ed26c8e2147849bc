import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import type { Language } from "./chat/language.ts";

/** What failed, and what to do about it, in every language of the interface. */
export type Wording = Readonly<Record<Language, readonly [message: string, hint: string]>>;

/**
 * An error whose words exist in every language. Which of them is shown is decided where it is shown;
 * `message` and `hint` are the English ones. What AWS, a server or the system said is part of each as it came.
 */
export class LocalizedError extends AppError {
  readonly wording: Wording;

  /**
   * @param code stable identifier, as of any `AppError`
   * @param wording one line each, by the rules of `AppError`
   * @param options the error that this one was made from, if any
   */
  constructor(code: string, wording: Wording, options?: { cause?: unknown }) {
    super(code, ...wording.en, options);
    this.wording = wording;
  }
}

/**
 * The words of any error, by language.
 *
 * @param error whatever was caught; what is no `AppError` is a defect
 */
export function wordingOf(error: unknown): Wording {
  if (error instanceof LocalizedError) return error.wording;
  if (error instanceof AppError) {
    const { code, message, hint } = error;
    return { en: [message, hint], ko: koreanOfCommon[code]?.(message) ?? [message, hint] };
  }
  const said = error instanceof Error ? error.message : String(error);
  return {
    en: [`Unexpected failure: ${said}`, "This is a defect; please report it."],
    ko: [`예상하지 못한 오류: ${said}`, "프로그램의 결함입니다. 알려 주시기 바랍니다."],
  };
}

/** For the errors of common/, which knows no language: the server is started by who reads English. */
const koreanOfCommon: Readonly<Record<string, (message: string) => Wording["ko"]>> = {
  configuration_invalid: (message) => [
    message.replace("Wrong configuration:", "설정이 잘못되었습니다:"),
    "환경 변수나 .env에서 고치세요. .env.example이 각 변수를 설명합니다.",
  ],
  environment_file_unreadable: (message) => [
    message.replace(/^Cannot read (.*): /, "$1 파일을 읽을 수 없습니다: "),
    "읽을 수 있는 파일로 만들거나, 지우세요.",
  ],
};

/**
 * Any error as the one line that a command prints on stderr: what failed, then what to do.
 *
 * @param error whatever was caught
 * @param language of the line
 */
export function errorLine(error: unknown, language: Language): string {
  const [message, hint] = wordingOf(error)[language];
  return formatError(new AppError("shown", message, hint));
}
