import type { CommandName } from "../commands.ts";

const doesEn: Record<CommandName, string> = {
  help: "commands and keys",
  tools: "the tools that the server offers you",
  find: "search what was said (Ctrl-F)",
  copy: "copy the last answer (Ctrl-Y), or with code its last block of code",
  auth: "how you got in, step by step",
  mouse: "leave the mouse to the terminal, or take it back",
  new: "begin another conversation",
  logout: "revoke the tokens and sign in as somebody else",
  quit: "revoke the tokens and leave",
};

const doesKo: Record<CommandName, string> = {
  help: "명령과 단축키",
  tools: "서버가 제공하는 도구",
  find: "대화 내용 검색(Ctrl-F)",
  copy: "마지막 답변 복사(Ctrl-Y), code를 붙이면 마지막 코드만 복사",
  auth: "인증 과정을 단계별로 보기",
  mouse: "마우스를 터미널에 맡기거나 다시 가져오기",
  new: "새 대화 시작",
  logout: "토큰을 폐기하고 다른 사용자로 로그인",
  quit: "토큰을 폐기하고 종료",
};

type KeyHelp = readonly (readonly [key: string, does: string])[];

const keysEn: KeyHelp = [
  ["Enter", "send the question"],
  ["Ctrl-J, Alt-Enter", "a new line in the question"],
  ["Tab", "complete a command"],
  ["↑ ↓", "earlier questions that begin with what is typed"],
  ["Ctrl-Z", "take back what was typed"],
  ["PgUp PgDn, wheel", "scroll; Ctrl-End leads back to the end"],
  ["Ctrl-O, click", "open or fold tool calls"],
  ["Ctrl-F", "search what was said"],
  ["Ctrl-Y", "copy the last answer"],
  ["Esc", "stop the answer"],
  ["Ctrl-C", "stop the answer, or clear the line; twice quits"],
  ["Ctrl-A Ctrl-E", "to the start and the end of the line"],
  ["Alt-← Alt-→", "word by word"],
  ["Ctrl-U Ctrl-K Ctrl-W", "delete to the start, to the end, a word"],
  ["Shift and mouse", "select text, as without this program (/mouse: without Shift)"],
];

const keysKo: KeyHelp = [
  ["Enter", "질문 보내기"],
  ["Ctrl-J, Alt-Enter", "줄 바꾸기"],
  ["Tab", "명령 자동 완성"],
  ["↑ ↓", "입력한 글자로 시작하는 이전 질문"],
  ["Ctrl-Z", "입력 되돌리기"],
  ["PgUp PgDn, 휠", "스크롤, Ctrl-End는 맨 끝으로"],
  ["Ctrl-O, 클릭", "도구 호출 펼치기/접기"],
  ["Ctrl-F", "대화 내용 검색"],
  ["Ctrl-Y", "마지막 답변 복사"],
  ["Esc", "답변 멈추기"],
  ["Ctrl-C", "답변을 멈추거나 입력 지우기, 두 번이면 종료"],
  ["Ctrl-A Ctrl-E", "줄의 처음과 끝으로"],
  ["Alt-← Alt-→", "단어 단위로 이동"],
  ["Ctrl-U Ctrl-K Ctrl-W", "처음까지, 끝까지, 단어 지우기"],
  ["Shift + 마우스", "텍스트 선택(/mouse를 쓰면 Shift 없이)"],
];

const en = {
  does: doesEn,
  keys: keysEn,
  helpTitle: "Commands and keys",
  unknown: (word: string) => `There is no command /${word}. /help lists them all.`,
  stopFirst: "An answer is under way. Stop it with Esc first.",
  noTools: (server: string, user: string) => `${server} offers ${user} no tool.`,
  toolsTitle: (server: string, user: string) => `What ${server} offers ${user}`,
  asksFirst: "asks first",
  copied: (characters: number) => `Copied to the clipboard: ${characters} characters.`,
  nothingToCopy: "There is nothing to copy yet.",
  mouseOff:
    "The mouse is the terminal's: select as you like. /mouse takes it back for wheel and clicks.",
  mouseOn: "Wheel and clicks work here again. Hold Shift to select text.",
};

const ko: typeof en = {
  does: doesKo,
  keys: keysKo,
  helpTitle: "명령과 단축키",
  unknown: (word) => `/${word} 명령은 없습니다. /help에서 모든 명령을 볼 수 있습니다.`,
  stopFirst: "답변이 진행 중입니다. 먼저 Esc로 멈추세요.",
  noTools: (server, user) => `${server}에는 ${user} 사용자가 쓸 수 있는 도구가 없습니다.`,
  toolsTitle: (server, user) => `${server}에서 ${user} 사용자가 쓸 수 있는 도구`,
  asksFirst: "실행 전에 확인",
  copied: (characters) => `클립보드에 복사했습니다: ${characters}자`,
  nothingToCopy: "아직 복사할 내용이 없습니다.",
  mouseOff:
    "이제 마우스는 터미널이 처리합니다. 자유롭게 선택하세요. /mouse를 다시 입력하면 휠과 클릭이 돌아옵니다.",
  mouseOn: "휠과 클릭을 다시 쓸 수 있습니다. 텍스트를 선택하려면 Shift를 누르세요.",
};

export const commandTexts = { en, ko };
