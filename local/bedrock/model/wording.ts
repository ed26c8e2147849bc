import type { ToolSpecification } from "../converse-request.ts";
import type { Remark } from "./about.ts";
import { isLooking } from "./actions.ts";
import type { Slot } from "./slots.ts";
import type { ToolDocument } from "./tool-document.ts";

/** The language that the user is answered in. */
export type Language = "en" | "ko";

/** What the model says of itself: that it is none. */
const introduction: Readonly<Record<Language, string>> = {
  en: "I am CLEANAUTH's local stand-in for a language model. I understand no language: I only compare the words of a sentence with the tools that I am offered, call the one that fits, and quote its answer.",
  ko: "저는 CLEANAUTH의 로컬 대역으로, 언어 모델이 아닙니다. 말을 이해하지 못하고, 문장의 낱말을 제게 주어진 도구들과 견주어 맞는 도구를 부른 뒤 그 답을 그대로 옮길 뿐입니다.",
};

/** Answers a greeting, thanks, or a question about the model itself. */
export function wordRemark(
  remark: Remark,
  tools: readonly ToolSpecification[],
  language: Language,
): string {
  switch (remark) {
    case "thanks":
      return language === "ko" ? "천만에요." : "You are welcome.";
    case "never_mind":
      return language === "ko"
        ? "알겠습니다. 아무것도 하지 않았습니다."
        : "All right, I did nothing.";
    default: {
      const hello = language === "ko" ? "안녕하세요! " : "Hello! ";
      return `${remark === "greeting" ? hello : ""}${introduction[language]}\n\n${wordTools(tools, language)}`;
    }
  }
}

/** Says that no tool fits. */
export function wordNothingFits(tools: readonly ToolSpecification[], language: Language): string {
  const opening =
    language === "ko"
      ? "이 문장에 맞는 도구를 찾지 못했습니다. 저는 CLEANAUTH의 로컬 대역이라 말을 이해하지 못하고, 낱말을 도구와 견주기만 합니다."
      : "No tool fits this sentence. I am CLEANAUTH's local stand-in for a language model: I understand no language, I only compare words with the tools that I am offered.";
  return `${opening}\n\n${wordTools(tools, language)}`;
}

/** Says that there is no tool of a name. */
export function wordAbsent(
  name: string,
  tools: readonly ToolSpecification[],
  language: Language,
): string {
  const opening =
    language === "ko"
      ? `이름이 \`${name}\`인 도구는 제게 없습니다. 그래서 아무 도구도 부르지 않았습니다.`
      : `I have no tool named \`${name}\`, so I called none.`;
  return `${opening}\n\n${wordTools(tools, language)}`;
}

function wordTools(tools: readonly ToolSpecification[], language: Language): string {
  if (tools.length === 0) {
    return language === "ko"
      ? "지금은 쓸 수 있는 도구가 없습니다."
      : "No tools are offered to me now.";
  }
  const lines = tools.map(({ name, description }) => {
    const [first = ""] = description.split(/(?<=[.!?])\s/);
    return `- \`${name}\`${first === "" ? "" : `: ${first}`}`;
  });
  const opening = language === "ko" ? "부를 수 있는 도구:" : "I can call:";
  return `${opening}\n${lines.join("\n")}`;
}

/** Asks for what a tool needs and the sentence does not say. */
export function wordMissing(name: string, missing: readonly Slot[], language: Language): string {
  const lines = missing.map((slot) => `- \`${slot.name}\`${describe(slot, language)}`);
  return language === "ko"
    ? `\`${name}\` 도구를 부르려면 다음 값이 더 필요합니다:\n${lines.join("\n")}\n값만 말씀해 주셔도 됩니다.`
    : `To call \`${name}\` I still need:\n${lines.join("\n")}\nYou may answer with the values alone.`;
}

function describe(slot: Slot, language: Language): string {
  const notes = [
    slot.description.replace(/[.\s]+$/, ""),
    slot.choices.length > 0
      ? `${language === "ko" ? "다음 중 하나: " : "one of "}${slot.choices.join(", ")}`
      : "",
    Number.isFinite(slot.minimum) && Number.isFinite(slot.maximum) && slot.choices.length === 0
      ? language === "ko"
        ? `${slot.minimum}부터 ${slot.maximum}까지`
        : `from ${slot.minimum} to ${slot.maximum}`
      : "",
  ].filter((note) => note !== "");
  return notes.length === 0 ? "" : `: ${notes.join("; ")}`;
}

/**
 * Words a tool's result, or its error.
 *
 * @param name as the user spells it
 */
export function wordResult(
  document: ToolDocument | undefined,
  name: string,
  result: { text: string; isError: boolean },
  language: Language,
): string {
  const { text, isError } = result;
  if (isError) {
    const reason =
      text === "" ? (language === "ko" ? "이유는 알리지 않았습니다." : "It gave no reason.") : text;
    return language === "ko"
      ? `\`${name}\` 도구가 오류를 알렸습니다: ${reason}`
      : `\`${name}\` reported an error: ${reason}`;
  }
  if (text === "") {
    return language === "ko"
      ? `\`${name}\` 도구가 끝났고, 아무 내용도 돌려주지 않았습니다.`
      : `\`${name}\` is done and returned nothing.`;
  }
  const isChange = document !== undefined && !isLooking(document.action);
  if (language === "ko") {
    return `${isChange ? "했습니다. " : ""}\`${name}\` 도구의 답입니다:${lead(text)}`;
  }
  return isChange
    ? `Done. \`${name}\` says:${lead(text)}`
    : `Here is what \`${name}\` says:${lead(text)}`;
}

/** A short answer stays on the line, a longer one gets lines of its own. */
function lead(text: string): string {
  return text.includes("\n") || text.length > 80 ? `\n\n${text}` : ` ${text}`;
}

const longestQuote = 2_000;

/** What the user gave to read: all that can be done with it without understanding is to show it. */
export function wordDocuments(documents: readonly string[], language: Language): string {
  const intro =
    language === "ko"
      ? "저는 로컬 대역이라 내용을 이해하지는 못합니다. 함께 주신 내용은 이렇습니다:"
      : "I am a stand-in and understand nothing of it. This is what came with your question:";
  const quotes = documents.map((document) => {
    const shown = document.slice(0, longestQuote);
    const lines = shown.split("\n").map((line) => `> ${line}`);
    return [...lines, ...(shown.length < document.length ? ["> …"] : [])].join("\n");
  });
  return [intro, ...quotes].join("\n\n");
}
