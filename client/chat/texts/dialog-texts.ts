const en = {
  title: (server: string) => `${server} asks you`,
  yes: "yes",
  no: "no",
  choose: "← → to choose",
  chooseSome: "← → to choose, Space takes or leaves",
  more: (count: number) => `… ${count} more`,
  required: "required",
  wrong: "This needs a value that fits.",
  keys: [
    ["Enter", "send"],
    ["Ctrl-D", "decline"],
    ["Esc", "cancel"],
  ],
  ownKeys: [
    ["Enter", "on"],
    ["↓ ↑", "choose a value"],
    ["Esc", "cancel"],
  ],
  refused: "The server asked for a secret in a form. That was declined: never type secrets there.",
};

const ko: typeof en = {
  title: (server) => `${server} 서버의 질문`,
  yes: "예",
  no: "아니요",
  choose: "← → 로 선택",
  chooseSome: "← → 로 이동, 스페이스로 선택하거나 해제",
  more: (count) => `… ${count}개 더`,
  required: "필수",
  wrong: "알맞은 값을 입력해야 합니다.",
  keys: [
    ["Enter", "보내기"],
    ["Ctrl-D", "거절"],
    ["Esc", "취소"],
  ],
  ownKeys: [
    ["Enter", "다음"],
    ["↓ ↑", "값 고르기"],
    ["Esc", "취소"],
  ],
  refused:
    "서버가 양식으로 비밀 정보를 요구해서 거절했습니다. 그런 곳에 비밀 정보를 입력하지 마세요.",
};

export const dialogTexts = { en, ko };
