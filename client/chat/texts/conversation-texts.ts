const en = {
  signedInAs: (username: string) => `Signed in as ${username}. Connecting to `,
};

const ko: typeof en = {
  signedInAs: (username) => `${username}(으)로 로그인했습니다. 연결하는 곳: `,
};

export const conversationTexts = { en, ko };
