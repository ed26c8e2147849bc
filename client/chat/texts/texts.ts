import type { Language, LocalizedText } from "../language.ts";
import { approvalTexts } from "./approval-texts.ts";
import { authTexts } from "./auth-texts.ts";
import { commandTexts } from "./command-texts.ts";
import { conversationTexts } from "./conversation-texts.ts";
import { dialogTexts } from "./dialog-texts.ts";
import { offerTexts } from "./offer-texts.ts";
import { signInTexts } from "./sign-in-texts.ts";
import { statusTexts } from "./status-texts.ts";
import { transcriptTexts } from "./transcript-texts.ts";

/**
 * All that the interface says, in a language. Each part is a file that holds both languages side by
 * side; what is missing in one of them does not compile.
 *
 * @param language of the interface
 */
export function textsOf(language: Language) {
  return {
    status: statusTexts[language],
    signIn: signInTexts[language],
    approval: approvalTexts[language],
    dialog: dialogTexts[language],
    commands: commandTexts[language],
    offers: offerTexts[language],
    conversation: conversationTexts[language],
    transcript: transcriptTexts[language],
    auth: authTexts[language],
  };
}

export type Texts = ReturnType<typeof textsOf>;

/**
 * A text in every language: for what stays on the screen when the user chooses another one.
 *
 * @param textOf takes it out of all texts
 */
export function localized(textOf: (texts: Texts) => string): LocalizedText {
  return { en: textOf(textsOf("en")), ko: textOf(textsOf("ko")) };
}
