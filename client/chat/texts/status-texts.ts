const en = {
  notSignedIn: "not signed in",
  connecting: "connecting",
  offline: "offline",
  reconnecting: "server away, reconnecting",
  waitingForYou: "waiting for you",
  stopping: "stopping",
  answering: "answering",
  ready: "ready",
  standIns: (names: string) => `stand-ins: ${names}`,
  standInCount: (count: number) => (count === 1 ? "1 stand-in" : `${count} stand-ins`),
  token: "token",
  tokenRenews: "token renews when you ask",
  days: (days: number, hours: number) => `${days} d ${hours} h`,
  spent: (tokens: string) => `${tokens} tokens`,
  quitAgain: "Press Ctrl-C again to quit",
};

const ko: typeof en = {
  notSignedIn: "로그인 전",
  connecting: "연결 중",
  offline: "오프라인",
  reconnecting: "서버 연결 끊김, 다시 연결하는 중",
  waitingForYou: "확인을 기다림",
  stopping: "멈추는 중",
  answering: "답하는 중",
  ready: "준비됨",
  standIns: (names) => `대역: ${names}`,
  standInCount: (count) => `대역 ${count}개`,
  token: "토큰",
  tokenRenews: "토큰은 질문할 때 갱신",
  days: (days, hours) => `${days}일 ${hours}시간`,
  spent: (tokens) => `모델 토큰 ${tokens}개`,
  quitAgain: "끝내려면 Ctrl-C를 한 번 더 누르세요",
};

export const statusTexts = { en, ko };
