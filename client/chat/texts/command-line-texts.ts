const en = {
  usage: `Usage: chat [SERVER_URL] [USER] [options]

Signs in to Amazon Cognito, connects to an MCP server with the access token, and lets a model on
Amazon Bedrock answer with the server's tools. Without --prompt it opens the terminal interface.

  SERVER_URL         the server's MCP endpoint (default: MCP_SERVER_URL, else
                     http://localhost:8080/mcp); one that ends in /sse uses HTTP+SSE;
                     a ws or wss URL attaches to the web terminal there
  USER               who signs in (default: CLEANAUTH_USER, else asked)

      --prompt TEXT  ask one question, write the answer to stdout and end; - reads it from stdin
      --json         with --prompt or --list-tools: one JSON object a line
      --yes          run every tool without asking; without it, --prompt declines tools that are
                     not read-only
      --list-tools   sign in, write the tools to stdout and end
      --password-stdin
                     read the password from stdin; otherwise it is CLEANAUTH_PASSWORD, or asked
      --browser      sign in with OAuth (code and PKCE) in the browser, in place of user name and
                     password
      --machine      sign in for no user, with COGNITO_MACHINE_CLIENT_ID and its secret (client
                     credentials): for jobs and scripts, with --prompt or --list-tools
      --logout       revoke and forget the sign-in that is kept on this machine, and end
      --insecure     send password and token over plain HTTP to another machine, too
  -h, --help         this text

Settings come from the environment, else from .env; .env.example explains each one.
Exit codes: 0 done, 2 wrong usage or configuration, 3 sign-in refused, 4 server refused or out of
reach, 5 model refused or failed, 130 interrupted.
`,
  nobodySignedIn: "Nobody is signed in here.",
  signedOut: (user: string) => `${user} is signed out: the sign-in is revoked and forgotten.`,
  signedOutHere: (user: string) =>
    `${user} is signed out here. The issuer could not be told: the refresh token holds until it expires.`,
  notRun: (tools: string) => `Not run: ${tools}. --yes runs every tool without asking.`,
  noTools: "The server offers no tools to this user.",
  effects: { reads: "reads", changes: "changes", destructive: "destructive" },
  declined: (tool: string) => `– ${tool} was declined`,
  retrying: (reason: string, seconds: number) => `${reason}. Asking again in ${seconds} s.`,
};

const ko: typeof en = {
  usage: `사용법: chat [SERVER_URL] [USER] [옵션]

Amazon Cognito에 로그인하고, 액세스 토큰으로 MCP 서버에 연결해, Amazon Bedrock의 모델이 그 서버의
도구로 답하게 합니다. --prompt가 없으면 터미널 화면을 엽니다.

  SERVER_URL         서버의 MCP 엔드포인트(기본값: MCP_SERVER_URL, 없으면
                     http://localhost:8080/mcp). /sse로 끝나면 HTTP+SSE를 쓰고,
                     ws나 wss URL이면 그곳의 웹 터미널에 연결합니다
  USER               로그인할 사용자(기본값: CLEANAUTH_USER, 없으면 물어봄)

      --prompt TEXT  질문 하나를 하고 답을 stdout에 쓴 뒤 끝냄. -는 stdin에서 읽음
      --json         --prompt나 --list-tools와 함께: 한 줄에 JSON 객체 하나
      --yes          모든 도구를 묻지 않고 실행. 이 옵션이 없으면 --prompt는 읽기 전용이 아닌
                     도구를 거절함
      --list-tools   로그인해서 도구 목록을 stdout에 쓰고 끝냄
      --password-stdin
                     비밀번호를 stdin에서 읽음. 없으면 CLEANAUTH_PASSWORD를 쓰거나 물어봄
      --browser      사용자 이름과 비밀번호 대신 브라우저에서 OAuth(코드와 PKCE)로 로그인
      --machine      사용자 없이 COGNITO_MACHINE_CLIENT_ID와 그 비밀로 로그인(클라이언트 자격 증명).
                     작업과 스크립트용이며, --prompt나 --list-tools와 함께 씀
      --logout       이 컴퓨터에 보관된 로그인을 폐기하고 지운 뒤 끝냄
      --insecure     다른 컴퓨터로 가는 평문 HTTP로도 비밀번호와 토큰을 보냄
  -h, --help         이 도움말

설정은 환경 변수에서, 없으면 .env에서 읽습니다. 각 설정은 .env.example에 설명되어 있습니다.
종료 코드: 0 완료, 2 잘못된 사용법이나 설정, 3 로그인 거부, 4 서버가 거부하거나 연결할 수 없음,
5 모델이 거부하거나 실패, 130 중단.
`,
  nobodySignedIn: "여기에 보관된 로그인이 없습니다.",
  signedOut: (user) => `${user} 사용자를 로그아웃했습니다. 로그인을 폐기하고 지웠습니다.`,
  signedOutHere: (user) =>
    `${user} 사용자를 여기서 로그아웃했습니다. 발급한 곳에 알리지 못했으므로 리프레시 토큰은 만료될 때까지 유효합니다.`,
  notRun: (tools) => `실행하지 않음: ${tools}. --yes를 주면 모든 도구를 묻지 않고 실행합니다.`,
  noTools: "서버에 이 사용자가 쓸 수 있는 도구가 없습니다.",
  effects: { reads: "읽기", changes: "변경", destructive: "삭제/덮어씀" },
  declined: (tool) => `– ${tool} 거절됨`,
  retrying: (reason, seconds) => `${reason}. ${seconds}초 뒤에 다시 물어봅니다.`,
};

export const commandLineTexts = { en, ko };
