const en = {
  title: "How you got in",
  nothingYet: "Nothing has happened yet.",
  sections: {
    asked_for_token: {
      title: "The server asks for a token",
      lesson:
        "A request without a token is answered 401. The challenge in WWW-Authenticate says where to read how to get one (RFC 6750, RFC 9728).",
    },
    resource: {
      title: "Where its tokens come from",
      lesson:
        "The protected-resource metadata names the server as the resource that tokens are for, and the authorization servers that issue them (RFC 9728).",
    },
    issuer: {
      title: "What the authorization server offers",
      lesson:
        "Its own metadata names its endpoints and the keys that its tokens are signed with (RFC 8414, OpenID Connect Discovery). Cognito has the OpenID form alone, so the other one is asked for in vain.",
    },
    sign_in: {
      title: "Signing in",
      lesson:
        "The password goes to Cognito and never to the server. Cognito may ask for more before it hands out tokens. Secrets are shown as •••.",
    },
    token: {
      title: "The access token",
      lesson:
        "A JWT: anybody can read it, only the issuer can sign it. It goes to the server with every request; the refresh token, which gets the next one, goes to Cognito alone.",
    },
    accepted: {
      title: "The server takes the token",
      lesson:
        "It does not ask Cognito: it checks the signature with the issuer's public keys, and the claims, on every single request.",
    },
    since: {
      title: "Since then",
      lesson: "A token that is about to expire is renewed by itself; what is refused is told here.",
    },
  },
  checks: "What the server checked, in its own words:",
  expiresIn: (time: string) => `expires in ${time}`,
  expired: "expired; the next request renews it",
  waiting: "…",
  failed: (why: string) => `no answer (${why})`,
  claims: {
    iss: "who issued it: the user pool",
    sub: "who you are, as an id that never changes",
    client_id: "the app client that it was issued to; the server has a list of those that it takes",
    token_use: "an access token, not an id token: those say who you are, not what you may do",
    scope: "what the app client may do for you",
    username: "your name in the pool",
    "cognito:groups": "your groups; the server's policy goes by them",
    auth_time: "when you signed in",
    iat: "when it was issued",
    exp: "when it expires",
    aud: "whom it is for",
  } as Readonly<Record<string, string>>,
};

const ko: typeof en = {
  title: "인증 과정",
  nothingYet: "아직 기록된 내용이 없습니다.",
  sections: {
    asked_for_token: {
      title: "서버가 토큰을 요구함",
      lesson:
        "토큰 없는 요청에는 401로 답합니다. WWW-Authenticate의 챌린지가 토큰을 얻는 방법이 적힌 곳을 알려 줍니다 (RFC 6750, RFC 9728).",
    },
    resource: {
      title: "토큰을 발급하는 곳",
      lesson:
        "보호 리소스 메타데이터는 토큰의 대상인 이 서버와, 토큰을 발급하는 인가 서버를 알려 줍니다 (RFC 9728).",
    },
    issuer: {
      title: "인가 서버가 제공하는 것",
      lesson:
        "인가 서버의 메타데이터에는 엔드포인트와 토큰 서명 키의 위치가 있습니다 (RFC 8414, OpenID Connect Discovery). Cognito는 OpenID 형식만 제공하므로 다른 형식의 요청은 실패합니다.",
    },
    sign_in: {
      title: "로그인",
      lesson:
        "비밀번호는 Cognito로만 가고 서버로는 가지 않습니다. Cognito는 토큰을 주기 전에 더 물을 수 있습니다. 비밀 값은 •••로 표시됩니다.",
    },
    token: {
      title: "액세스 토큰",
      lesson:
        "JWT는 누구나 읽을 수 있지만 발급자만 서명할 수 있습니다. 요청마다 서버로 보냅니다. 다음 토큰을 받는 리프레시 토큰은 Cognito로만 갑니다.",
    },
    accepted: {
      title: "서버가 토큰을 받아들임",
      lesson:
        "서버는 Cognito에 묻지 않습니다. 요청마다 발급자의 공개 키로 서명을, 그리고 클레임을 직접 검사합니다.",
    },
    since: {
      title: "그 후",
      lesson: "만료가 가까운 토큰은 저절로 갱신됩니다. 거부된 요청도 여기에 나옵니다.",
    },
  },
  checks: "서버가 검사했다고 밝힌 항목:",
  expiresIn: (time) => `${time} 후 만료`,
  expired: "만료됨. 다음 요청 때 갱신됩니다",
  waiting: "…",
  failed: (why) => `응답 없음 (${why})`,
  claims: {
    iss: "발급자: 사용자 풀",
    sub: "바뀌지 않는 사용자 ID",
    client_id: "토큰을 발급받은 앱 클라이언트. 서버는 허용 목록에 있는 것만 받습니다",
    token_use:
      "ID 토큰이 아니라 액세스 토큰. ID 토큰은 누구인지를 말할 뿐, 무엇을 할 수 있는지는 말하지 않습니다",
    scope: "앱 클라이언트가 사용자를 대신해 할 수 있는 일",
    username: "사용자 풀의 사용자 이름",
    "cognito:groups": "사용자의 그룹. 서버의 정책이 이것을 따릅니다",
    auth_time: "로그인한 시각",
    iat: "발급 시각",
    exp: "만료 시각",
    aud: "토큰의 대상",
  },
};

export const authTexts = { en, ko };
