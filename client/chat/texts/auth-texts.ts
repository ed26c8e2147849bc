const en = {
  title: "How you got in",
  nothingYet: "Nothing has happened yet.",
};

const ko: typeof en = {
  title: "인증 과정",
  nothingYet: "아직 기록된 내용이 없습니다.",
};

export const authTexts = { en, ko };
