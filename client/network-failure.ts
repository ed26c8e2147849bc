import type { LocalizedText } from "./chat/language.ts";
import type { Wording } from "./localized-error.ts";

/**
 * Says in a few words why a connection did not come about or broke, if that is what an error is
 * about.
 *
 * @param error what fetch, Node's http or the AWS SDK threw; its causes are looked at, too
 * @returns words to put after a colon; null for any other error
 */
export function describeNetworkFailure(error: unknown): LocalizedText | null {
  for (const link of causes(error)) {
    const code = (link as { code?: unknown }).code;
    const known = typeof code === "string" ? wordsOfCode(code) : null;
    if (known !== null) return known;
    const { name, message } = link as { name?: unknown; message?: unknown };
    if (name === "TimeoutError") return words.late;
    // In Node 24 without a code.
    if (name === "HTTPParserError") return words.notHttp;
    // https://fetch.spec.whatwg.org/#port-blocking
    if (message === "bad port") return words.badPort;
  }
  return null;
}

/**
 * Words a service of AWS that cannot be reached, and what to look at.
 *
 * @param regionSetting the variable by which its region is chosen
 * @param why what {@link describeNetworkFailure} said
 */
export function wordUnreachable(
  service: "Bedrock" | "Cognito",
  regionSetting: "AWS_REGION" | "COGNITO_REGION",
  why: LocalizedText,
): Wording {
  return {
    en: [
      `${service} cannot be reached: ${why.en}`,
      `Check the network and ${regionSetting}; with a local stack, whether make start still runs.`,
    ],
    ko: [
      `${service}에 연결할 수 없습니다: ${why.ko}`,
      `네트워크와 ${regionSetting}을 확인하세요. 로컬 스택이라면 make start가 실행 중인지도 확인하세요.`,
    ],
  };
}

/** Whether a connection was there and broke, so that a second attempt may well succeed. */
export function isBrokenConnection(error: unknown): boolean {
  return causes(error).some((link) => {
    const code = (link as { code?: unknown }).code;
    return typeof code === "string" && ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(code);
  });
}

function causes(error: unknown): unknown[] {
  const links: unknown[] = [];
  let link: unknown = error;
  while (typeof link === "object" && link !== null && links.length < 8) {
    links.push(link);
    const { cause, errors } = link as { cause?: unknown; errors?: unknown };
    link = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return links;
}

const words = {
  nobody: { en: "nothing listens there", ko: "그곳에서 응답하는 프로그램이 없음" },
  unknownName: { en: "the host name is not known", ko: "알 수 없는 호스트 이름" },
  noLookUp: { en: "the host name could not be looked up", ko: "호스트 이름을 조회하지 못함" },
  cut: { en: "the connection was cut", ko: "연결이 끊김" },
  late: { en: "no answer in time", ko: "제때 답이 없음" },
  noWayToHost: { en: "there is no way to that host", ko: "그 호스트로 가는 경로가 없음" },
  noWayToNetwork: { en: "there is no way to that network", ko: "그 네트워크로 가는 경로가 없음" },
  notAllowed: {
    en: "this machine does not allow the connection",
    ko: "이 컴퓨터가 연결을 허용하지 않음",
  },
  expired: { en: "its certificate has expired", ko: "인증서가 만료됨" },
  otherName: {
    en: "its certificate is for another host name",
    ko: "다른 호스트 이름의 인증서를 제시함",
  },
  selfSigned: { en: "its certificate is self-signed", ko: "자체 서명한 인증서를 제시함" },
  untrusted: {
    en: "its certificate is signed by an authority that is not trusted here",
    ko: "여기서 신뢰하지 않는 기관이 서명한 인증서를 제시함",
  },
  notTls: { en: "it does not speak TLS", ko: "TLS로 통신하지 않음" },
  notHttp: { en: "it does not speak HTTP", ko: "HTTP로 통신하지 않음" },
  badPort: {
    en: "that port is kept for another protocol",
    ko: "다른 프로토콜에 정해진 포트",
  },
} satisfies Record<string, LocalizedText>;

const wordsByCode: Readonly<Record<string, LocalizedText>> = {
  ECONNREFUSED: words.nobody,
  ENOTFOUND: words.unknownName,
  EAI_AGAIN: words.noLookUp,
  ECONNRESET: words.cut,
  EPIPE: words.cut,
  UND_ERR_SOCKET: words.cut,
  ETIMEDOUT: words.late,
  UND_ERR_CONNECT_TIMEOUT: words.late,
  UND_ERR_HEADERS_TIMEOUT: words.late,
  UND_ERR_BODY_TIMEOUT: words.late,
  EHOSTUNREACH: words.noWayToHost,
  ENETUNREACH: words.noWayToNetwork,
  EACCES: words.notAllowed,
  EPERM: words.notAllowed,
  CERT_HAS_EXPIRED: words.expired,
  ERR_TLS_CERT_ALTNAME_INVALID: words.otherName,
  DEPTH_ZERO_SELF_SIGNED_CERT: words.selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: words.untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: words.untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: words.untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: words.notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: words.notTls,
};

function wordsOfCode(code: string): LocalizedText | null {
  const known = wordsByCode[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return words.notHttp;
  if (!/^(ERR_TLS_|ERR_SSL_|CERT_)/.test(code)) return null;
  return { en: `TLS failed (${code})`, ko: `TLS 실패 (${code})` };
}
