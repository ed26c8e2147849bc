import {
  isOwnScope,
  qualifiedScopes,
  qualifyScope,
  type ScopeName,
  scopes,
  userAdminScope,
} from "@cleanauth/common/scopes-and-groups.ts";
import type { PageProblem } from "./authorization-request.ts";

/** What the façade's pages say, in one language. */
export interface Texts {
  readonly language: "en" | "ko";
  readonly consentTitle: string;
  readonly unnamed: string;
  /** What stands beside a name that anybody could have chosen. */
  readonly unverified: string;
  readonly verifiedBy: string;
  readonly own: string;
  readonly wants: string;
  readonly sendsYouTo: string;
  readonly thisDevice: string;
  readonly application: string;
  readonly loopbackWarning: string;
  readonly onward: string;
  readonly allow: string;
  readonly deny: string;
  readonly errorTitle: string;
  readonly close: string;
  readonly problems: Readonly<Record<PageProblem | SignInProblem, string>>;
  readonly scopes: Readonly<Record<ScopeName, string>>;
  readonly identity: string;
  readonly asOneself: string;
  readonly profile: string;
}

/** What can be wrong with a sign-in that has begun. */
export type SignInProblem = "stale-form" | "unknown-sign-in" | "too-many";

const english: Texts = {
  language: "en",
  consentTitle: "Let this application in?",
  unnamed: "An application without a name",
  unverified: "It calls itself so; nobody has checked that.",
  verifiedBy: "It is described at",
  own: "This server's own client.",
  wants: "It asks to",
  sendsYouTo: "You are then sent to",
  thisDevice: "a program on this device",
  application: "the application that opens",
  loopbackWarning: "Go on only if you have just started this sign-in yourself on this device.",
  onward: "You sign in on the next page. Your password is seen by the sign-in service alone.",
  allow: "Allow",
  deny: "Cancel",
  errorTitle: "This sign-in cannot go on",
  close: "You can close this page and begin again in the application.",
  problems: {
    "repeated-parameter": "The application's request holds the same parameter twice.",
    "unknown-client": "The application is not known here",
    "redirect-mismatch":
      "The application wants you sent to an address that is not registered for it.",
    "wrong-request": "The application's request is wrong",
    "stale-form": "This page is too old, or it was opened in another browser.",
    "unknown-sign-in": "This sign-in is over already, or it was begun in another browser.",
    "too-many": "There were too many requests from your address. Try again in a minute.",
  },
  scopes,
  identity: "Know who you are: name and e-mail address",
  asOneself: "Act as you: use every tool that you may use yourself",
  profile: "See and change your own account at the sign-in service, and notice when you sign out",
};

const korean: Texts = {
  language: "ko",
  consentTitle: "이 애플리케이션을 허용할까요?",
  unnamed: "이름 없는 애플리케이션",
  unverified: "스스로 밝힌 이름이며 확인되지 않았습니다.",
  verifiedBy: "설명 문서:",
  own: "이 서버의 자체 클라이언트입니다.",
  wants: "요청하는 권한",
  sendsYouTo: "이후 이동할 곳",
  thisDevice: "이 기기의 프로그램",
  application: "다음을 여는 애플리케이션:",
  loopbackWarning: "방금 이 기기에서 직접 로그인을 시작한 경우에만 계속하세요.",
  onward: "다음 페이지에서 로그인합니다. 암호는 로그인 서비스만 볼 수 있습니다.",
  allow: "허용",
  deny: "취소",
  errorTitle: "로그인을 계속할 수 없습니다",
  close: "이 페이지를 닫고 애플리케이션에서 다시 시작하세요.",
  problems: {
    "repeated-parameter": "애플리케이션의 요청에 같은 매개변수가 두 번 있습니다.",
    "unknown-client": "알 수 없는 애플리케이션입니다",
    "redirect-mismatch": "애플리케이션이 등록되지 않은 주소로 보내려고 합니다.",
    "wrong-request": "애플리케이션의 요청이 잘못되었습니다",
    "stale-form": "페이지가 오래되었거나 다른 브라우저에서 열렸습니다.",
    "unknown-sign-in": "이미 끝났거나 다른 브라우저에서 시작한 로그인입니다.",
    "too-many": "이 주소에서 온 요청이 너무 많습니다. 1분 뒤에 다시 시도하세요.",
  },
  scopes: {
    "weather:read": "날씨 예보와 특보 조회",
    "notes:read": "내 메모 읽기",
    "notes:write": "내 메모 쓰기와 삭제",
    "groups:use": "내가 속한 그룹만 쓸 수 있는 것 쓰기",
  },
  identity: "사용자 확인: 이름과 이메일 주소",
  asOneself: "나를 대신하여 내가 쓸 수 있는 모든 도구 사용",
  profile: "로그인 서비스의 내 계정 조회와 변경, 로그아웃 여부 확인",
};

/**
 * Chooses the language of a page.
 *
 * @param acceptLanguage the request's header; whichever of the two it names first wins
 */
export function textsFor(acceptLanguage: string | undefined): Texts {
  const wanted = (acceptLanguage ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim().slice(0, 2));
  return wanted.find((language) => ["ko", "en"].includes(language)) === "ko" ? korean : english;
}

/**
 * Says what scopes let a client do, a line for each.
 *
 * @param asked as they are asked for at Cognito
 */
export function describeScopes(texts: Texts, asked: readonly string[]): string[] {
  const names = (Object.keys(scopes) as ScopeName[]).filter((name) =>
    asked.includes(qualifyScope(name)),
  );
  // One that somebody else has declared has no words here, and is shown by its name.
  const others = asked.filter((scope) => isOwnScope(scope) && !qualifiedScopes.includes(scope));
  const lines = [...names.map((name) => texts.scopes[name]), ...others];
  if (asked.includes(userAdminScope)) {
    // Without a scope of this server beside it, it stands for the user: see auth/policy.ts.
    lines.push(asked.some(isOwnScope) ? texts.profile : texts.asOneself);
  }
  if (asked.some((scope) => ["openid", "profile", "email"].includes(scope))) {
    lines.push(texts.identity);
  }
  return lines;
}
