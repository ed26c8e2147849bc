/** The languages that the interface speaks. What a model, a tool or a server says is never translated. */
export type Language = "en" | "ko";

export const languages: readonly Language[] = ["en", "ko"];

/**
 * The language that a locale stands for.
 *
 * @param locale as in `ko_KR.UTF-8` or `ko-KR`; undefined or any other language gives English
 */
export function languageOf(locale: string | undefined): Language {
  return /^ko([_.@-]|$)/i.test(locale ?? "") ? "ko" : "en";
}
