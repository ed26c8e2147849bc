import type { LocalizedText } from "../language.ts";

/** What whoever sits before a web terminal is told when its server ends the connection. */
export const farewellTexts = {
  idle: {
    en: "Nothing was done here for a while, so this screen was closed.",
    ko: "한동안 입력이 없어서 이 화면을 닫았습니다.",
  },
  elsewhere: {
    en: "This screen is shown in another window now.",
    ko: "이제 이 화면은 다른 창에 나옵니다.",
  },
  left: {
    en: "You have left, and your sign-in here is over.",
    ko: "나가셨습니다. 여기서의 로그인은 끝났습니다.",
  },
  restarting: {
    en: "The server is being restarted. Connect again in a moment.",
    ko: "서버를 다시 시작하고 있습니다. 잠시 뒤에 다시 연결하세요.",
  },
} satisfies Record<string, LocalizedText>;
