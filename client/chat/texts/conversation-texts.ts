const en = {
  connectingAs: (username: string) => `Signed in as ${username}. Connecting to`,
  noConnection: "No connection",
  placeholder: "Ask something, or / for commands",
  placeholderAnswering: "You can already type the next question",
  newBelow: " ↓ new below ",
  moreBelow: " ↓ more below ",
  working: "working",
  retrying: (reason: string, seconds: number) => `${reason}. Asking again in ${seconds} s`,
  stopping: "stopping",
  find: "Find",
  found: (number: number, count: number) => `${number} of ${count}`,
  notFound: "not found",
  hints: {
    asking: [["Esc", "stop the answer"]],
    scrolled: [
      ["PgDn", "down"],
      ["Ctrl-End", "to the end"],
    ],
    answering: [
      ["Esc", "stop"],
      ["PgUp", "scroll"],
    ],
    typedAhead: [
      ["Enter", "works once the answer is there"],
      ["Esc", "stop"],
    ],
    ready: [
      ["Enter", "send"],
      ["Ctrl-J", "new line"],
      ["↑", "history"],
      ["PgUp", "scroll"],
      ["/help", ""],
    ],
    attached: [
      ["Enter", "send"],
      ["Backspace", "take the last one off"],
      ["/detach", "all of them"],
    ],
    find: [
      ["Enter", "older"],
      ["↓", "newer"],
      ["Esc", "back"],
    ],
    command: [
      ["Tab", "complete"],
      ["↑↓", "choose"],
      ["Enter", "run"],
    ],
    pane: [
      ["↑↓ PgUp PgDn", "scroll"],
      ["Esc", "close"],
    ],
    paneOfTwo: [
      ["↑↓ PgUp PgDn", "scroll"],
      ["Tab", "to the conversation"],
      ["Esc", "close"],
    ],
    paneBeside: [
      ["Enter", "send"],
      ["Tab", "to the pane"],
      ["/auth", "close it"],
    ],
    offline: [
      ["Enter", "try again"],
      ["Esc", "sign out"],
      ["Ctrl-C twice", "quit"],
    ],
    connecting: [["Esc", "sign out"]],
  } as Record<HintName, Hints>,
  welcome: "Welcome to CLEANAUTH",
  aboutNoTools: (user: string, server: string) =>
    `You are signed in as ${user}. ${server} offers you no tool, so the model answers from what it knows.`,
  about: (user: string, server: string, tools: number) =>
    `You are signed in as ${user}. Ask in your own words: the model may call ${tools === 1 ? "1 tool" : `${tools} tools`} of ${server}, and each call carries your token, which the server checks.`,
  forInstance: "For instance:",
  examples: [
    "What is the weather forecast for 37.77, -122.42?",
    "Who am I, and how did the server find out?",
    '메모에 "우유 사기"를 추가해 줘',
  ] as readonly string[],
  lists: "/tools lists the tools, /help the commands and keys. /auth shows how you got in.",
};

type HintName =
  | "asking"
  | "scrolled"
  | "answering"
  | "typedAhead"
  | "ready"
  | "attached"
  | "find"
  | "command"
  | "pane"
  | "paneOfTwo"
  | "paneBeside"
  | "offline"
  | "connecting";
/** Keys and what they do, the most important first. */
export type Hints = readonly (readonly [key: string, meaning: string])[];

const ko: typeof en = {
  connectingAs: (username) => `${username} 사용자로 로그인했습니다. 연결하는 중:`,
  noConnection: "연결할 수 없음",
  placeholder: "무엇이든 물어보세요. /를 누르면 명령이 나옵니다",
  placeholderAnswering: "다음 질문을 미리 입력할 수 있습니다",
  newBelow: " ↓ 아래에 새 내용 ",
  moreBelow: " ↓ 아래에 더 있음 ",
  working: "작업 중",
  retrying: (reason, seconds) => `${reason}. ${seconds}초 뒤에 다시 물어봅니다`,
  stopping: "멈추는 중",
  find: "찾기",
  found: (number, count) => `${count}개 중 ${number}번째`,
  notFound: "없음",
  hints: {
    asking: [["Esc", "답변 멈추기"]],
    scrolled: [
      ["PgDn", "아래로"],
      ["Ctrl-End", "맨 끝으로"],
    ],
    answering: [
      ["Esc", "멈추기"],
      ["PgUp", "스크롤"],
    ],
    typedAhead: [
      ["Enter", "답변이 끝난 뒤에 보낼 수 있음"],
      ["Esc", "멈추기"],
    ],
    ready: [
      ["Enter", "보내기"],
      ["Ctrl-J", "줄 바꿈"],
      ["↑", "이전 질문"],
      ["PgUp", "스크롤"],
      ["/help", ""],
    ],
    attached: [
      ["Enter", "보내기"],
      ["Backspace", "마지막 첨부 빼기"],
      ["/detach", "모두 빼기"],
    ],
    find: [
      ["Enter", "이전"],
      ["↓", "다음"],
      ["Esc", "닫기"],
    ],
    command: [
      ["Tab", "완성"],
      ["↑↓", "선택"],
      ["Enter", "실행"],
    ],
    pane: [
      ["↑↓ PgUp PgDn", "스크롤"],
      ["Esc", "닫기"],
    ],
    paneOfTwo: [
      ["↑↓ PgUp PgDn", "스크롤"],
      ["Tab", "대화로"],
      ["Esc", "닫기"],
    ],
    paneBeside: [
      ["Enter", "보내기"],
      ["Tab", "옆 창으로"],
      ["/auth", "닫기"],
    ],
    offline: [
      ["Enter", "다시 시도"],
      ["Esc", "로그아웃"],
      ["Ctrl-C 두 번", "종료"],
    ],
    connecting: [["Esc", "로그아웃"]],
  },
  welcome: "CLEANAUTH에 오신 것을 환영합니다",
  aboutNoTools: (user, server) =>
    `${user} 사용자로 로그인했습니다. ${server}에 쓸 수 있는 도구가 없어서, 모델이 아는 대로 답합니다.`,
  about: (user, server, tools) =>
    `${user} 사용자로 로그인했습니다. 편하게 물어보세요. 모델은 ${server}의 도구 ${tools}개를 쓸 수 있고, 도구를 부를 때마다 사용자의 토큰이 함께 전달되어 서버가 확인합니다.`,
  forInstance: "예를 들면:",
  examples: [
    "37.77, -122.42의 날씨 예보를 알려줘",
    "나는 누구이고, 서버는 그걸 어떻게 알았어?",
    '메모에 "우유 사기"를 추가해 줘',
  ],
  lists: "/tools는 도구 목록, /help는 명령과 단축키, /auth는 인증 과정을 보여 줍니다.",
};

export const conversationTexts = { en, ko };
