import type { Wording } from "../localized-error.ts";

/** @param said what Cognito said, as it is shown */
type Words = (said: string) => Wording;

/** What is said of a refusal by Cognito. */
export const cognitoErrorTexts = {
  clientSecret: (said) => ({
    en: [
      `Cognito does not accept the app client's secret: ${said}`,
      "Set COGNITO_CLIENT_SECRET to the secret of COGNITO_CLIENT_ID, or unset it if that client has none.",
    ],
    ko: [
      `Cognito가 앱 클라이언트의 비밀을 받아들이지 않습니다: ${said}`,
      "COGNITO_CLIENT_SECRET을 COGNITO_CLIENT_ID의 비밀로 설정하고, 그 클라이언트에 비밀이 없으면 지우세요.",
    ],
  }),
  userDisabled: () => ({
    en: ["This user is disabled", "An administrator can enable it: make user NAME=… ARGS=enable."],
    ko: [
      "사용이 중지된 사용자입니다",
      "관리자가 다시 허용할 수 있습니다: make user NAME=… ARGS=enable",
    ],
  }),
  tooManyAttempts: () => ({
    en: ["Too many failed attempts to sign in", "Wait some minutes before the next one."],
    ko: ["로그인에 너무 많이 실패했습니다", "몇 분 기다린 뒤에 다시 시도하세요."],
  }),
  temporaryPasswordExpired: () => ({
    en: [
      "The temporary password has expired",
      "An administrator can give a new one: make user NAME=….",
    ],
    ko: ["임시 비밀번호가 만료되었습니다", "관리자가 새로 줄 수 있습니다: make user NAME=…"],
  }),
  signInExpired: () => ({
    en: ["The sign-in has expired or was revoked", "Sign in again."],
    ko: ["로그인이 만료되었거나 폐기되었습니다", "다시 로그인하세요."],
  }),
  alreadyConfirmed: () => ({
    en: ["This user is confirmed already", "Sign in with the password."],
    ko: ["이미 확인된 사용자입니다", "비밀번호로 로그인하세요."],
  }),
  resetRefused: (said) => ({
    en: [
      `Cognito cannot send this user a code for a new password: ${said}`,
      "An administrator can set a new password: make user NAME=….",
    ],
    ko: [
      `Cognito가 이 사용자에게 새 비밀번호용 코드를 보낼 수 없습니다: ${said}`,
      "관리자가 새 비밀번호를 정할 수 있습니다: make user NAME=…",
    ],
  }),
  codeNotSent: (said) => ({
    en: [
      `Cognito could not send the code: ${said}`,
      "An administrator can look at the pool's settings for e-mail and text messages.",
    ],
    ko: [
      `Cognito가 코드를 보내지 못했습니다: ${said}`,
      "관리자가 사용자 풀의 이메일과 문자 메시지 설정을 확인할 수 있습니다.",
    ],
  }),
  aliasTaken: (said) => ({
    en: [
      `The user cannot be confirmed: ${said}`,
      "Sign in as the user who has that address, or ask an administrator.",
    ],
    ko: [
      `사용자를 확인할 수 없습니다: ${said}`,
      "그 주소를 가진 사용자로 로그인하거나, 관리자에게 문의하세요.",
    ],
  }),
  secondFactorMissing: (said) => ({
    en: [
      `This user's second factor is not there: ${said}`,
      "An administrator can have it set up anew: make user NAME=… ARGS=reset-mfa.",
    ],
    ko: [
      `이 사용자의 두 번째 인증 수단이 없습니다: ${said}`,
      "관리자가 다시 설정하게 할 수 있습니다: make user NAME=… ARGS=reset-mfa",
    ],
  }),
  sessionExpired: () => ({
    en: ["This sign-in has expired before it was complete", "Sign in again from the start."],
    ko: ["로그인을 마치기 전에 시간이 지났습니다", "처음부터 다시 로그인하세요."],
  }),
  wrongPassword: () => ({
    en: [
      "Incorrect user name or password",
      "Try again; an administrator can set a new password: make user NAME=….",
    ],
    ko: [
      "사용자 이름이나 비밀번호가 틀렸습니다",
      "다시 시도하세요. 관리자가 새 비밀번호를 정할 수 있습니다: make user NAME=…",
    ],
  }),
  wrongAppCode: (said) => ({
    en: [
      `The code was not accepted: ${said}`,
      "Wait for the next code of the authenticator app; if it fails again, check this machine's clock.",
    ],
    ko: [
      `코드가 받아들여지지 않았습니다: ${said}`,
      "인증 앱의 다음 코드를 기다리세요. 또 실패하면 이 컴퓨터의 시계를 확인하세요.",
    ],
  }),
  wrongSentCode: (said) => ({
    en: [`The code was not accepted: ${said}`, "Take the newest one that was sent."],
    ko: [`코드가 받아들여지지 않았습니다: ${said}`, "가장 최근에 받은 코드를 입력하세요."],
  }),
  codeExpiredAskAgain: (said) => ({
    en: [`The code was not accepted: ${said}`, "Leave the code empty to have another one sent."],
    ko: [`코드가 받아들여지지 않았습니다: ${said}`, "코드를 비워 두면 새 코드를 보냅니다."],
  }),
  codeExpired: (said) => ({
    en: [
      `The code was not accepted: ${said}`,
      "Sign in again from the start to have another one sent.",
    ],
    ko: [`코드가 받아들여지지 않았습니다: ${said}`, "처음부터 다시 로그인하면 새 코드를 보냅니다."],
  }),
  passwordPolicy: (said) => ({
    en: [`The new password was not accepted: ${said}`, "Choose another one."],
    ko: [`새 비밀번호가 받아들여지지 않았습니다: ${said}`, "다른 비밀번호를 정하세요."],
  }),
  answerNotAccepted: (said) => ({
    en: [`The answer was not accepted: ${said}`, "Correct it and try again."],
    ko: [`입력한 내용이 받아들여지지 않았습니다: ${said}`, "고쳐서 다시 시도하세요."],
  }),
  userNotConfirmed: () => ({
    en: [
      "This user is not confirmed yet",
      "Confirm it with the code that was sent at sign-up, or ask an administrator to.",
    ],
    ko: [
      "아직 확인되지 않은 사용자입니다",
      "가입할 때 받은 코드로 확인하거나, 관리자에게 요청하세요.",
    ],
  }),
  passwordResetRequired: () => ({
    en: [
      "The password of this user has to be reset first",
      "An administrator can set a new one: make user NAME=….",
    ],
    ko: [
      "이 사용자는 먼저 비밀번호를 다시 정해야 합니다",
      "관리자가 새 비밀번호를 정할 수 있습니다: make user NAME=…",
    ],
  }),
  appClientUnknown: (said) => ({
    en: [
      `Cognito does not know this app client: ${said}`,
      "Check COGNITO_CLIENT_ID and COGNITO_REGION (or COGNITO_POOL_ID): make outputs prints them.",
    ],
    ko: [
      `Cognito에 이 앱 클라이언트가 없습니다: ${said}`,
      "COGNITO_CLIENT_ID와 COGNITO_REGION(또는 COGNITO_POOL_ID)을 확인하세요. make outputs로 볼 수 있습니다.",
    ],
  }),
  authFlow: (said) => ({
    en: [
      `The app client does not allow this way to sign in: ${said}`,
      "Enable ALLOW_USER_SRP_AUTH for the app client of COGNITO_CLIENT_ID.",
    ],
    ko: [
      `앱 클라이언트가 이 로그인 방법을 허용하지 않습니다: ${said}`,
      "COGNITO_CLIENT_ID의 앱 클라이언트에서 ALLOW_USER_SRP_AUTH를 켜세요.",
    ],
  }),
  userPool: (said) => ({
    en: [
      `The user pool cannot do this: ${said}`,
      "Compare its settings with those that make deploy gives it.",
    ],
    ko: [`이 사용자 풀로는 할 수 없습니다: ${said}`, "make deploy가 만드는 설정과 비교해 보세요."],
  }),
  throttled: () => ({
    en: ["Cognito is asked too often just now", "Wait a minute and try again."],
    ko: ["지금은 Cognito에 요청이 너무 많습니다", "1분쯤 뒤에 다시 시도하세요."],
  }),
  refusedByTrigger: (said) => ({
    en: [
      `A Lambda trigger of the user pool stopped the sign-in: ${said}`,
      "Its logs in CloudWatch say why.",
    ],
    ko: [
      `사용자 풀의 Lambda 트리거가 로그인을 막았습니다: ${said}`,
      "이유는 CloudWatch의 로그에 있습니다.",
    ],
  }),
  forbidden: (said) => ({
    en: [
      `The firewall (AWS WAF) before the user pool refused this address: ${said}`,
      "Sign in from an address that it allows.",
    ],
    ko: [
      `사용자 풀 앞의 방화벽(AWS WAF)이 이 주소를 거부했습니다: ${said}`,
      "허용된 주소에서 로그인하세요.",
    ],
  }),
  failedByItself: () => ({
    en: [
      "Cognito failed by itself",
      "Try again in a moment; https://health.aws.amazon.com shows outages.",
    ],
    ko: [
      "Cognito 자체에서 오류가 났습니다",
      "잠시 뒤에 다시 시도하세요. 장애는 https://health.aws.amazon.com 에서 볼 수 있습니다.",
    ],
  }),
  refused: (said) => ({
    en: [
      `Cognito refused the sign-in: ${said}`,
      "Sign in again from the start; if it stays, ask an administrator of the user pool.",
    ],
    ko: [
      `Cognito가 로그인을 거부했습니다: ${said}`,
      "처음부터 다시 로그인하세요. 그래도 같으면 사용자 풀의 관리자에게 문의하세요.",
    ],
  }),
} satisfies Record<string, Words>;
