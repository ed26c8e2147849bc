const en = {
  title: (tool: string, isDestructive: boolean, username: string) =>
    `${tool} ${isDestructive ? "deletes or overwrites" : "changes something"}. Run it as ${username}?`,
  waiting: (count: number) => ` (${count} more waiting)`,
  choices: [
    ["y", "once"],
    ["s", "this session"],
    ["a", "always"],
    ["n", "not now"],
    ["x", "never"],
  ],
  lines: (first: number, last: number, count: number) => `lines ${first}–${last} of ${count}`,
};

const ko: typeof en = {
  title: (tool, isDestructive, username) =>
    `${tool} 도구가 ${isDestructive ? "내용을 지우거나 덮어씁니다" : "내용을 바꿉니다"}. ${username} 권한으로 실행할까요?`,
  waiting: (count) => ` (${count}건 더 대기)`,
  choices: [
    ["y", "이번만"],
    ["s", "이 세션 동안"],
    ["a", "항상"],
    ["n", "지금은 안 함"],
    ["x", "절대 안 함"],
  ],
  lines: (first, last, count) => `${count}줄 중 ${first}–${last}`,
};

export const approvalTexts = { en, ko };
