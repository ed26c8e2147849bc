const en = {
  toolState: {
    waiting: "waits for you",
    running: "running",
    ok: "",
    error: "failed",
    declined: "declined",
    stopped: "stopped",
  },
  moreLines: (count: number) =>
    `… ${count} ${count === 1 ? "line" : "lines"} more, Ctrl-O shows all`,
  calledAs: (username: string) => `called as ${username}`,
  arguments: "arguments",
  noArguments: "no arguments",
  result: "result",
  serverSays: (level: string, text: string) => `The server says (${level}): ${text}`,
  serverAway: "The server is out of reach. It is tried again by itself.",
  serverBack: "The server is there again.",
  stepUp: (url: string) =>
    `The server asks for more access. Go on in the browser; if none has opened: ${url}`,
  stopped: "You stopped the answer.",
  cut: "What was here before is no longer kept on this screen.",
};

const ko: typeof en = {
  toolState: {
    waiting: "확인 대기",
    running: "실행 중",
    ok: "",
    error: "실패",
    declined: "거절함",
    stopped: "멈춤",
  },
  moreLines: (count) => `… ${count}줄 더 있음, Ctrl-O로 모두 보기`,
  calledAs: (username) => `${username} 권한으로 호출`,
  arguments: "인수",
  noArguments: "인수 없음",
  result: "결과",
  serverSays: (level, text) => `서버 메시지(${level}): ${text}`,
  serverAway: "서버에 연결할 수 없습니다. 자동으로 다시 연결합니다.",
  serverBack: "서버에 다시 연결되었습니다.",
  stepUp: (url) =>
    `서버가 더 많은 권한을 요구합니다. 브라우저에서 계속하세요. 열리지 않았다면: ${url}`,
  stopped: "답변을 멈췄습니다.",
  cut: "이전 내용은 이 화면에 더 이상 남아 있지 않습니다.",
};

export const transcriptTexts = { en, ko };
