import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { defaultModelId } from "@cleanauth/common/bedrock-settings.ts";
import { awsErrorName } from "../../aws/aws-failure.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";
import type { DoctorContext } from "../context.ts";

export interface ModelProbe {
  readonly modelId: string;
  /** Whose rights were tried. */
  readonly from: "host" | "here";
  /** `ok`, or what Bedrock answered. */
  readonly answer: string;
}

/** Whether the model answers, and if not, why. */
export function judgeModel({ modelId, from, answer }: ModelProbe): Verdict {
  const whose = from === "host" ? "the host's role" : "these credentials (the host was not asked)";
  const access = "Amazon Bedrock's console, Model access";
  if (answer === "ok") return ok(`${modelId} answers to ${whose}`);
  if (/Throttling|TooManyRequests|ServiceUnavailable|ModelNotReady/.test(answer)) {
    return ok(`${modelId} is busy, and open to ${whose}`);
  }
  if (/AccessDenied/.test(answer)) {
    return failed(
      `${modelId} is denied to ${whose}: ${answer}`,
      `make deploy BEDROCK_MODEL_ID=${modelId} lets the role in; the account's access is given in ${access}`,
    );
  }
  if (/on-demand throughput/i.test(answer)) {
    return failed(
      `${modelId} can be asked through an inference profile only`,
      `make deploy and make bootstrap with BEDROCK_MODEL_ID=${defaultModelId}, or another profile of your region`,
    );
  }
  if (/ValidationException|ResourceNotFound/.test(answer)) {
    return failed(
      `${modelId} cannot be asked: ${answer}`,
      `make deploy and make bootstrap with another BEDROCK_MODEL_ID; some models have to be asked for in ${access}`,
    );
  }
  return failed(
    `${modelId} does not answer to ${whose}: ${answer || "nothing was said"}`,
    "make doctor, once more",
  );
}

export const modelCheck: Check = {
  id: "model",
  title: "model access",
  needs: ["credentials", "outputs"],
  async run(context) {
    const host = await context.host().catch(() => null);
    const told = host?.facts.client.BEDROCK_MODEL_ID;
    const modelId = told ?? context.environment.BEDROCK_MODEL_ID ?? defaultModelId;
    const answer = host?.facts.model ?? "";
    // A host that was never bootstrapped, or by an older program, cannot ask.
    if (answer !== "" && !/^usage:|not found|No such file|Cannot find module/.test(answer)) {
      return judgeModel({ modelId, from: "host", answer });
    }
    return judgeModel({ modelId, from: "here", answer: await askFromHere(context, modelId) });
  },
};

async function askFromHere({ outputs, signal }: DoctorContext, modelId: string): Promise<string> {
  const bedrock = new BedrockRuntimeClient({ region: outputs().Region, maxAttempts: 2 });
  const request = new ConverseCommand({
    modelId,
    messages: [{ role: "user", content: [{ text: "Hi" }] }],
    inferenceConfig: { maxTokens: 1 },
  });
  try {
    await bedrock.send(request, { abortSignal: signal });
    return "ok";
  } catch (error) {
    return `${awsErrorName(error)}: ${error instanceof Error ? error.message : error}`;
  } finally {
    bedrock.destroy();
  }
}
