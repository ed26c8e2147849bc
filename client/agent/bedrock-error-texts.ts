import type { Wording } from "../localized-error.ts";

/** @param said what AWS said, as it is shown */
type Words = (said: string, modelId: string) => Wording;

/** What is said of a failure at Bedrock. */
export const bedrockErrorTexts = {
  credentialsMissing: (said) => ({
    en: [
      `There are no AWS credentials to ask Bedrock with: ${said}`,
      "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with aws sso login.",
    ],
    ko: [
      `Bedrock에 요청할 AWS 자격 증명이 없습니다: ${said}`,
      "AWS_PROFILE 또는 AWS_ACCESS_KEY_ID와 AWS_SECRET_ACCESS_KEY를 설정하거나, aws sso login으로 로그인하세요.",
    ],
  }),
  credentialsExpired: () => ({
    en: ["The AWS credentials have expired", "Renew them, for instance with aws sso login."],
    ko: ["AWS 자격 증명이 만료되었습니다", "새로 받으세요. 예: aws sso login"],
  }),
  clockSkew: (said) => ({
    en: [`AWS did not accept the request's time: ${said}`, "Set this machine's clock."],
    ko: [`AWS가 요청 시각을 받아들이지 않았습니다: ${said}`, "이 컴퓨터의 시계를 맞추세요."],
  }),
  credentialsRefused: (said) => ({
    en: [
      `AWS does not accept the credentials: ${said}`,
      "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile.",
    ],
    ko: [
      `AWS가 자격 증명을 받아들이지 않습니다: ${said}`,
      "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN 또는 프로필을 확인하세요.",
    ],
  }),
  accessDenied: (said, modelId) => ({
    en: [
      `Bedrock does not allow ${modelId}: ${said}`,
      "Ask for model access in the Bedrock console and allow bedrock:InvokeModelWithResponseStream in IAM, for the model and the inference profile.",
    ],
    ko: [
      `Bedrock이 ${modelId} 사용을 허용하지 않습니다: ${said}`,
      "Bedrock 콘솔에서 모델 액세스를 신청하고, IAM에서 모델과 추론 프로필에 bedrock:InvokeModelWithResponseStream을 허용하세요.",
    ],
  }),
  needsInferenceProfile: (_said, modelId) => ({
    en: [
      `${modelId} cannot be asked by its own id`,
      "Set BEDROCK_MODEL_ID to an inference profile: the same id with us., eu., apac. or global. before it.",
    ],
    ko: [
      `${modelId} 모델은 모델 ID로 직접 부를 수 없습니다`,
      "BEDROCK_MODEL_ID에 추론 프로필을 넣으세요. 같은 ID 앞에 us., eu., apac. 또는 global.을 붙인 것입니다.",
    ],
  }),
  useCaseMissing: (said, modelId) => ({
    en: [
      `${modelId} wants the use case described first: ${said}`,
      "Fill in the form in the Bedrock console (Model catalog), or set BEDROCK_MODEL_ID to another model.",
    ],
    ko: [
      `${modelId} 모델을 쓰려면 먼저 사용 사례를 제출해야 합니다: ${said}`,
      "Bedrock 콘솔의 모델 카탈로그에서 양식을 작성하거나, BEDROCK_MODEL_ID를 다른 모델로 바꾸세요.",
    ],
  }),
  contextFull: () => ({
    en: [
      "The conversation is too long for the model",
      "Start a new conversation, or ask for less at a time.",
    ],
    ko: [
      "대화가 모델이 받을 수 있는 길이를 넘었습니다",
      "새 대화를 시작하거나(/new), 한 번에 더 적게 물어보세요.",
    ],
  }),
  withoutTools: (said, modelId) => ({
    en: [
      `${modelId} cannot use tools this way: ${said}`,
      "Set BEDROCK_MODEL_ID to a model that supports tool use with streaming.",
    ],
    ko: [
      `${modelId} 모델은 도구를 이렇게 쓸 수 없습니다: ${said}`,
      "BEDROCK_MODEL_ID를 스트리밍 중 도구 사용을 지원하는 모델로 바꾸세요.",
    ],
  }),
  unknown: (said, modelId) => ({
    en: [
      `Bedrock does not know ${modelId} here: ${said}`,
      "Check BEDROCK_MODEL_ID, and that AWS_REGION has this model.",
    ],
    ko: [
      `이 리전의 Bedrock은 ${modelId} 모델을 모릅니다: ${said}`,
      "BEDROCK_MODEL_ID를, 그리고 AWS_REGION에 이 모델이 있는지 확인하세요.",
    ],
  }),
  throttled: (said) => ({
    en: [
      `Bedrock takes no more requests just now: ${said}`,
      "Wait a minute and ask again; Service Quotas shows and raises the limits.",
    ],
    ko: [
      `지금은 Bedrock이 요청을 더 받지 않습니다: ${said}`,
      "1분쯤 뒤에 다시 물어보세요. 한도는 Service Quotas에서 확인하고 올릴 수 있습니다.",
    ],
  }),
  notReady: (_said, modelId) => ({
    en: [`${modelId} is not ready yet`, "Wait a minute and ask again."],
    ko: [`${modelId} 모델이 아직 준비되지 않았습니다`, "1분쯤 뒤에 다시 물어보세요."],
  }),
  timeout: () => ({
    en: ["The model took too long", "Ask for less at a time, or ask again."],
    ko: ["모델의 답이 너무 오래 걸렸습니다", "한 번에 더 적게 물어보거나, 다시 물어보세요."],
  }),
  failedWhileAnswering: (said) => ({
    en: [`The model failed while it answered: ${said}`, "Ask again."],
    ko: [`모델이 답하던 중에 실패했습니다: ${said}`, "다시 물어보세요."],
  }),
  unavailable: (said) => ({
    en: [
      `Bedrock failed by itself: ${said}`,
      "Ask again in a moment; https://health.aws.amazon.com shows outages.",
    ],
    ko: [
      `Bedrock 자체에서 오류가 났습니다: ${said}`,
      "잠시 뒤에 다시 물어보세요. 장애는 https://health.aws.amazon.com 에서 볼 수 있습니다.",
    ],
  }),
  requestRefused: (said) => ({
    en: [
      `Bedrock did not accept the request: ${said}`,
      "Start a new conversation; if it stays, try another BEDROCK_MODEL_ID.",
    ],
    ko: [
      `Bedrock이 요청을 받아들이지 않았습니다: ${said}`,
      "새 대화를 시작하세요(/new). 그래도 같으면 BEDROCK_MODEL_ID를 다른 모델로 바꿔 보세요.",
    ],
  }),
  regionMissing: () => ({
    en: [
      "It is not known in which AWS region to ask Bedrock",
      "Set AWS_REGION, for instance to us-east-1.",
    ],
    ko: [
      "어느 AWS 리전의 Bedrock에 요청할지 알 수 없습니다",
      "AWS_REGION을 설정하세요. 예: us-east-1",
    ],
  }),
  failed: (said) => ({
    en: [`Bedrock failed: ${said}`, "Ask again; if it stays, try another BEDROCK_MODEL_ID."],
    ko: [
      `Bedrock 요청이 실패했습니다: ${said}`,
      "다시 물어보세요. 그래도 같으면 BEDROCK_MODEL_ID를 다른 모델로 바꿔 보세요.",
    ],
  }),
} satisfies Record<string, Words>;
