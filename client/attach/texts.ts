import type { Language } from "../chat/language.ts";

// What `make attach` itself says, around the screen that it shows.

const en = {
  attaching: (host: string) => `Attaching to ${host}. Ctrl-] detaches.`,
  detached: "Detached.",
  saved: (path: string) => `Saved ${path}`,
  lost: "The connection broke. Connecting again…",
  lostBecause: (why: string) => `Connecting again… ${why}`,
  leave: "Ctrl-] leaves",
};

const ko: typeof en = {
  attaching: (host) => `${host}에 연결합니다. Ctrl-]를 누르면 빠져나옵니다.`,
  detached: "빠져나왔습니다.",
  saved: (path) => `저장했습니다: ${path}`,
  lost: "연결이 끊겼습니다. 다시 연결하는 중…",
  lostBecause: (why) => `다시 연결하는 중… ${why}`,
  leave: "Ctrl-] 나가기",
};

export type AttachTexts = typeof en;

export function attachTexts(language: Language): AttachTexts {
  return { en, ko }[language];
}
