import type { Language } from "../chat/language.ts";

// What `make attach` itself says, around the screen that it shows.

const en = {
  usage: `Usage: attach [URL] [--insecure]

Shows in this terminal the screen that a web terminal serves, as its page does in a browser.
Ctrl-] detaches. When the connection breaks, it is made again, and the screen is the same.

  URL         where the web terminal is (default: ws://127.0.0.1:8501/terminal);
              http and https are understood too
  --insecure  also over plain HTTP to another machine, where everything typed can be read on the way
  -h, --help  this text

Exit codes: 0 detached or ended, 2 wrong usage, 4 refused or out of reach, 130 interrupted.
`,
  attaching: (host: string) => `Attaching to ${host}. Ctrl-] detaches.`,
  detached: "Detached.",
  saved: (path: string) => `Saved ${path}`,
  lost: "The connection broke. Connecting again…",
  lostBecause: (why: string) => `Connecting again… ${why}`,
  leave: "Ctrl-] leaves",
};

const ko: typeof en = {
  usage: `사용법: attach [URL] [--insecure]

웹 터미널의 화면을 브라우저의 페이지처럼 이 터미널에 보여 줍니다. Ctrl-]를 누르면 빠져나옵니다.
연결이 끊기면 다시 연결해 같은 화면을 보여 줍니다.

  URL         웹 터미널의 주소(기본값: ws://127.0.0.1:8501/terminal).
              http와 https 주소도 됩니다
  --insecure  다른 컴퓨터로 가는 평문 HTTP로도 연결. 입력하는 모든 것이 도중에 노출될 수 있습니다
  -h, --help  이 도움말

종료 코드: 0 빠져나오거나 끝남, 2 잘못된 사용법, 4 거부되거나 연결할 수 없음, 130 중단.
`,
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
