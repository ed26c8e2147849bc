import { NodeHttpHandler } from "@smithy/node-http-handler";
import { LocalizedError } from "./localized-error.ts";
import { mayCarrySecrets } from "./loopback.ts";

/**
 * Makes the HTTP side of an AWS client: HTTP/1.1, with explicit time-outs, and nothing in clear to
 * another machine.
 *
 * HTTP/1.1 also where the SDK would take HTTP/2 (Bedrock): there a connection that is cut ends a
 * stream like one that is complete, here it is an error; and proxies let it through.
 *
 * @param options.service what is asked, for the message
 * @param options.variable the variable that names the service's endpoint
 * @param options.insecure whether plain HTTP to another machine is allowed
 * @param options.answerMilliseconds until the answer begins
 * @param options.silenceMilliseconds between two pieces of an answer
 */
export function createRequestHandler(options: {
  service: string;
  variable: string;
  insecure: boolean;
  answerMilliseconds: number;
  silenceMilliseconds: number;
}): NodeHttpHandler {
  const handler = new NodeHttpHandler({
    connectionTimeout: 5_000,
    requestTimeout: options.answerMilliseconds,
    throwOnRequestTimeout: true,
    socketTimeout: options.silenceMilliseconds,
  });
  if (options.insecure) return handler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, handlerOptions) => {
    // The very request that goes out is looked at: its endpoint may come from ~/.aws, too.
    if (!mayCarrySecrets(new URL(`${request.protocol}//${request.hostname}`))) {
      throw new LocalizedError("configuration_insecure_endpoint", {
        en: [
          `The endpoint for ${options.service} is plain HTTP to ${request.hostname}: what is sent would be readable on the way`,
          `Use https in ${options.variable}; --insecure does it all the same.`,
        ],
        ko: [
          `${options.service} 엔드포인트가 ${request.hostname}(으)로 가는 평문 HTTP라서, 보내는 내용이 도중에 노출됩니다`,
          `${options.variable}에 https를 쓰세요. --insecure를 주면 그대로 보냅니다.`,
        ],
      });
    }
    return handle(request, handlerOptions);
  };
  return handler;
}
