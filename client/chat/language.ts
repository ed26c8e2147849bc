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

/** The interface's own words, in each of its languages: what is shown is reworded when the user changes it. */
export type LocalizedText = Readonly<Record<Language, string>>;

/** What is shown: the interface's own words, or a text from elsewhere, as it is. */
export type ShownText = LocalizedText | string;

/**
 * What is shown, in a language.
 *
 * @param text in all languages, or in one that nobody asks for
 * @param language of the interface
 */
export function inLanguage(text: ShownText, language: Language): string {
  return typeof text === "string" ? text : text[language];
}
