// What the page itself says, around the terminal.

const en = {
  lost: "The connection broke. Connecting again…",
  ended: "The connection to the server is lost.",
  reconnect: "Connect again",
  readable: "Text mode for screen readers",
  terminal: "Terminal. F6 leads out of it, to the text mode.",
  keys: "Keys",
  newLine: "New line",
};

/** @type {typeof en} */
const ko = {
  lost: "연결이 끊겼습니다. 다시 연결하는 중…",
  ended: "서버와의 연결이 끊겼습니다.",
  reconnect: "다시 연결",
  readable: "화면 낭독기용 텍스트 모드",
  terminal: "터미널. F6을 누르면 터미널에서 나가 텍스트 모드로 갑니다.",
  keys: "키",
  newLine: "줄 바꿈",
};

export const language = navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
export const texts = { en, ko }[language];
