const en = {
  signedOut: "You are signed out.",
};

const ko: typeof en = {
  signedOut: "로그아웃했습니다.",
};

export const signInTexts = { en, ko };
