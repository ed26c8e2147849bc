import type { LocalizedText } from "../../chat/language.ts";
import type { Wording } from "../../localized-error.ts";

const withoutOAuth = {
  en: "Sign in with user name and password, without --browser and --machine, or ask who runs the server.",
  ko: "--browser와 --machine 없이 사용자 이름과 비밀번호로 로그인하거나, 서버를 운영하는 사람에게 물어보세요.",
};

/** What is said of a sign-in at an authorization server that comes to nothing. */
export const oauthErrorTexts = {
  unreachable: (network: LocalizedText) => ({
    en: [
      `The authorization server cannot be reached: ${network.en}`,
      "Check the network, and that the server runs.",
    ],
    ko: [
      `인가 서버에 연결할 수 없습니다: ${network.ko}`,
      "네트워크와 서버가 켜져 있는지 확인하세요.",
    ],
  }),
  unreadable: () => ({
    en: ["The authorization server's answer cannot be read", withoutOAuth.en],
    ko: ["인가 서버의 답을 읽을 수 없습니다", withoutOAuth.ko],
  }),
  failed: (where: string, status: number) => ({
    en: [`${where} failed with ${status}`, "Try again in a moment."],
    ko: [`${where}이(가) ${status}(으)로 실패했습니다`, "잠시 뒤에 다시 시도하세요."],
  }),
  denied: () => ({
    en: ["The sign-in was refused in the browser", "Sign in again, and allow what is asked for."],
    ko: ["브라우저에서 로그인을 거부했습니다", "다시 로그인해서, 요청하는 것을 허용하세요."],
  }),
  refused: (said: string, code: string) => ({
    en: [
      `The authorization server refused the sign-in: ${said || "it gave no reason"} (${code})`,
      "Sign in again from the start; if it stays, ask who runs the server.",
    ],
    ko: [
      `인가 서버가 로그인을 거부했습니다: ${said || "이유를 밝히지 않음"} (${code})`,
      "처음부터 다시 로그인하세요. 계속되면 서버를 운영하는 사람에게 물어보세요.",
    ],
  }),
  foreignAnswer: (why: LocalizedText) => ({
    en: [
      `The browser's answer was not taken: ${why.en}`,
      "Sign in again from the start; if it stays, do not use this server.",
    ],
    ko: [
      `브라우저가 가져온 답을 받지 않았습니다: ${why.ko}`,
      "처음부터 다시 로그인하세요. 계속되면 이 서버를 쓰지 마세요.",
    ],
  }),
  noAnswer: (minutes: number) => ({
    en: [
      `No answer came from the browser within ${minutes} minutes`,
      "Sign in again; the address opens in any browser on this machine.",
    ],
    ko: [
      `${minutes}분 안에 브라우저에서 답이 오지 않았습니다`,
      "다시 로그인하세요. 주소는 이 컴퓨터의 어느 브라우저에서나 열립니다.",
    ],
  }),
  noPort: () => ({
    en: [
      "No port on this machine is free for the browser's answer",
      "Free one of 8765, 8766 and 8767.",
    ],
    ko: [
      "브라우저의 답을 받을 포트가 이 컴퓨터에 남아 있지 않습니다",
      "8765, 8766, 8767 가운데 하나를 비우세요.",
    ],
  }),
  unusable: (server: string, why: LocalizedText) => ({
    en: [`${server} cannot be signed in to this way: ${why.en}`, withoutOAuth.en],
    ko: [`${server}에는 이 방법으로 로그인할 수 없습니다: ${why.ko}`, withoutOAuth.ko],
  }),
  machineUnknown: (server: string, issuers: string) => ({
    en: [
      `${server} takes no token of the pool that this machine is registered with: it names ${issuers}`,
      "Set COGNITO_POOL_ID to the server's pool; the server has to be told COGNITO_MACHINE_CLIENT_ID, too.",
    ],
    ko: [
      `${server}은(는) 이 머신이 등록된 풀의 토큰을 받지 않습니다. 서버가 말하는 곳: ${issuers}`,
      "COGNITO_POOL_ID를 서버의 풀로 설정하세요. 서버에도 COGNITO_MACHINE_CLIENT_ID가 있어야 합니다.",
    ],
  }),
  machineRefused: () => ({
    en: [
      "The machine's client id and secret were refused (invalid_client)",
      "Check COGNITO_MACHINE_CLIENT_ID and COGNITO_MACHINE_CLIENT_SECRET: both are of one app client.",
    ],
    ko: [
      "머신의 클라이언트 ID와 비밀이 거부되었습니다 (invalid_client)",
      "COGNITO_MACHINE_CLIENT_ID와 COGNITO_MACHINE_CLIENT_SECRET이 같은 앱 클라이언트의 것인지 확인하세요.",
    ],
  }),
  machineNotAllowed: (code: string) => ({
    en: [
      `The app client may not sign in as a machine (${code})`,
      "Give it the client credentials grant and a custom scope in the user pool, or use another one.",
    ],
    ko: [
      `이 앱 클라이언트는 머신으로 로그인할 수 없습니다 (${code})`,
      "사용자 풀에서 클라이언트 자격 증명과 사용자 지정 스코프를 허용하거나, 다른 앱 클라이언트를 쓰세요.",
    ],
  }),
  machineScope: () => ({
    en: [
      "The app client may have none of the scopes that the server takes (invalid_scope)",
      "Give it a custom scope of the server in the user pool, such as mcp-auth/weather:read.",
    ],
    ko: [
      "이 앱 클라이언트에는 서버가 받는 스코프가 하나도 허용되어 있지 않습니다 (invalid_scope)",
      "사용자 풀에서 mcp-auth/weather:read 같은 서버의 사용자 지정 스코프를 허용하세요.",
    ],
  }),
} satisfies Readonly<Record<string, (...words: never[]) => Wording>>;

/** Why an answer that the browser brought is somebody else's. */
export const foreignBecause = {
  state: {
    en: "its state is not the one that was sent",
    ko: "보낸 state와 다른 state가 들어 있음",
  },
  issuer: {
    en: "it does not come from the authorization server that was asked",
    ko: "요청을 보낸 인가 서버가 준 답이 아님",
  },
  noCode: { en: "it has no code", ko: "코드가 없음" },
} satisfies Readonly<Record<string, LocalizedText>>;

/** Why what a server says about signing in cannot be used. */
export const unusableBecause = {
  otherResource: (resource: string) => ({
    en: `its metadata is for ${resource}, which is another resource`,
    ko: `메타데이터가 다른 리소스인 ${resource}의 것임`,
  }),
  noAuthorizationServer: () => ({
    en: "its metadata names no authorization server",
    ko: "메타데이터에 인가 서버가 없음",
  }),
  noMetadata: (issuer: string) => ({
    en: `${issuer} has no metadata`,
    ko: `${issuer}에 메타데이터가 없음`,
  }),
  noResourceMetadata: (url: string) => ({
    en: `${url} is no protected-resource metadata`,
    ko: `${url}이(가) 보호된 리소스 메타데이터가 아님`,
  }),
  noServerMetadata: (url: string) => ({
    en: `${url} is no authorization server metadata`,
    ko: `${url}이(가) 인가 서버 메타데이터가 아님`,
  }),
  noJson: (url: string) => ({ en: `${url} is no JSON`, ko: `${url}이(가) JSON이 아님` }),
  issuerNoUrl: () => ({
    en: "the issuer that it names is no URL",
    ko: "서버가 말하는 발급자가 URL이 아님",
  }),
  otherIssuer: (asked: string, named: string) => ({
    en: `the metadata of ${asked} says that it is ${named}'s`,
    ko: `${asked}의 메타데이터가 ${named}의 것이라고 함`,
  }),
  noPkce: (issuer: string) => ({
    en: `${issuer} does not say that it supports PKCE with S256`,
    ko: `${issuer}이(가) PKCE S256을 지원한다고 하지 않음`,
  }),
  noMachines: (issuer: string) => ({
    en: `${issuer} does not sign in machines (client_credentials)`,
    ko: `${issuer}이(가) 머신을 로그인시키지 않음 (client_credentials)`,
  }),
  endpointNoUrl: () => ({
    en: "one of its endpoints is no URL",
    ko: "엔드포인트 가운데 URL이 아닌 것이 있음",
  }),
  saysNothing: () => ({
    en: "it says nothing about how to sign in (no protected-resource metadata)",
    ko: "로그인하는 방법을 말하지 않음 (보호된 리소스 메타데이터가 없음)",
  }),
  onThisMachine: (url: string) => ({
    en: `it points to ${url}, which is on this machine`,
    ko: `이 컴퓨터에 있는 ${url}을(를) 가리킴`,
  }),
  notHttps: (url: string) => ({
    en: `it points to ${url}, which is not https`,
    ko: `https가 아닌 ${url}을(를) 가리킴`,
  }),
} satisfies Readonly<Record<string, (...words: never[]) => LocalizedText>>;
