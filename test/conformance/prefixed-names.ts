import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";

/** The name of the one server that is put behind the gateway. */
export const upstreamName = "fixture";

/**
 * The suite asks for fixed names, and a gateway has them under a server's name: this puts the prefix
 * before the names in a request, and changes nothing else.
 *
 * @param body of a POST
 */
export function addPrefix(body: string): string {
  const { method, params = {}, ...rest } = JSON.parse(body) as JSONRPCRequest;
  if (typeof method !== "string") return body;
  const { name, uri, ref } = params as { name?: string; uri?: string; ref?: Named };
  const isNamed = method === "tools/call" || method === "prompts/get";
  return JSON.stringify({
    ...rest,
    method,
    params: {
      ...params,
      ...(isNamed && name !== undefined && { name: `${upstreamName}.${name}` }),
      ...(method.startsWith("resources/") &&
        uri !== undefined && { uri: `${upstreamName}+${uri}` }),
      ...(ref !== undefined && {
        ref: {
          ...ref,
          ...(ref.name !== undefined && { name: `${upstreamName}.${ref.name}` }),
          ...(ref.uri !== undefined && { uri: `${upstreamName}+${ref.uri}` }),
        },
      }),
    },
  });
}

/** Takes the prefix off the names in what is answered: JSON, or the events of a stream. */
export function removePrefix(text: string): string {
  return text.replaceAll(`"${upstreamName}.`, '"').replaceAll(`"${upstreamName}+`, '"');
}

interface Named {
  readonly name?: string;
  readonly uri?: string;
}
