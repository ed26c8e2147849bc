import { defaultModelId, modelIdSetting } from "@cleanauth/common/bedrock-settings.ts";
import { clientIdSetting } from "@cleanauth/common/cognito-settings.ts";
import { booleanSetting, integerSetting, urlSetting } from "@cleanauth/common/environment.ts";
import { z } from "zod";
import type { HostSettings, TlsSettings } from "./host-settings.ts";
import { layout, serverPort, webTerminalPort } from "./layout.ts";
import type { ServersFile } from "./servers-file.ts";

/**
 * Node 24, the line that is supported longest. The sums are those of the release's SHASUMS256.txt.
 * https://nodejs.org/dist/v24.18.1/SHASUMS256.txt
 */
const pinnedNode = {
  version: "24.18.1",
  sha256: {
    x64: "9f5eb6ac21845a66c493c91a253b1da32fd684e89e9b7202d4936982336be4ca",
    arm64: "df224555a083b918e46260cc969838501b9f9a87140c1195e5b9597b56d5dae2",
  },
} as const;

const wholeNumber = (minimum: number, maximum: number) =>
  integerSetting(minimum, maximum).transform(String).optional();

const onOrOff = booleanSetting.transform((isOn) => (isOn ? "1" : "0")).optional();

/**
 * What of the server's own settings goes to the host as it is, where the operator gives it. The server
 * has the last word: a process that refuses its settings never replaces the one in service.
 */
const carriedToServer = {
  WEATHER_API_URL: urlSetting.optional(),
  TRUST_PROXY: z.string().optional(),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000),
  REVOCATION_CHECK_SECONDS: wholeNumber(1, 3_600),
  MAX_SESSIONS: wholeNumber(1, 1_000_000),
  SESSION_IDLE_SECONDS: wholeNumber(1, 86_400),
  OAUTH_FACADE: onOrOff,
  OAUTH_CLIENT_DOCUMENTS: onOrOff,
  COGNITO_RESOURCE_BINDING: onOrOff,
  COGNITO_MACHINE_CLIENT_ID: clientIdSetting.optional(),
};

/** What an operator may set about the host; each key is the name of an environment variable. */
export const operatorSettings = z
  .object({
    NODE_MIRROR: urlSetting.default("https://nodejs.org/dist"),
    NODE_VERSION: z
      .string()
      .regex(/^24\.\d+\.\d+$/, "must be a version of Node 24, such as 24.18.1")
      .optional(),
    NODE_SHA256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the archive for the host's processor")
      .optional(),
    PUBLIC_URL: urlSetting.optional(),
    TLS: z.enum(["self-signed"], { error: "must be self-signed, or left out" }).optional(),
    TLS_CERT_FILE: z.string().optional(),
    TLS_KEY_FILE: z.string().optional(),
    HOST_CA_FILE: z.string().optional(),
    MCP_SERVERS_FILE: z.string().optional(),
    BEDROCK_MODEL_ID: modelIdSetting.default(defaultModelId),
    MODEL_TOKENS_PER_DAY: wholeNumber(0, 1_000_000_000),
    ...carriedToServer,
  })
  .superRefine((settings, context) => {
    for (const [name, needed] of companions) {
      if (settings[name] === undefined || settings[needed] !== undefined) continue;
      context.addIssue({ code: "custom", path: [name], message: `needs ${needed} beside it` });
    }
    const { PUBLIC_URL: publicUrl = "" } = settings;
    if (settings.TLS_CERT_FILE !== undefined && !/^https:\/\/[^/]+:8080$/.test(publicUrl)) {
      const message = `must be https://NAME:${serverPort} beside TLS_CERT_FILE, with a NAME of the certificate`;
      context.addIssue({ code: "custom", path: ["PUBLIC_URL"], message });
    }
    if (settings.TLS !== undefined && settings.TLS_CERT_FILE !== undefined) {
      const message = "goes without TLS_CERT_FILE and TLS_KEY_FILE";
      context.addIssue({ code: "custom", path: ["TLS"], message });
    }
  });

const companions = [
  ["NODE_VERSION", "NODE_SHA256"],
  ["NODE_SHA256", "NODE_VERSION"],
  ["TLS_CERT_FILE", "TLS_KEY_FILE"],
  ["TLS_KEY_FILE", "TLS_CERT_FILE"],
] as const;

export type OperatorSettings = z.output<typeof operatorSettings>;

/** What the stack tells about the host and its pool; an empty string stands for none. */
export interface StackFacts {
  readonly InstancePublicDNS: string;
  readonly InstancePublicIP: string;
  readonly ArtifactBucket: string;
  readonly CognitoUserPoolId: string;
  readonly CognitoClientId: string;
  readonly CognitoPublicClientId: string;
  readonly CognitoDomain: string;
  readonly CognitoRegion: string;
  readonly ClientSecretParameter: string;
  readonly Region: string;
}

/** The files that the settings name, read, and what was built here. */
export interface HostMaterial {
  readonly tls: { readonly certificate: string; readonly keySha256: string } | null;
  readonly givenAuthorities: string | null;
  readonly awsRead: string;
  readonly release: { readonly sha256: string };
  readonly processManager: { readonly version: string; readonly sha256: string };
  readonly serversFile: ServersFile | null;
}

/** Puts together how the host should be. Pure. */
export function hostSettings(
  operator: OperatorSettings,
  stack: StackFacts,
  material: HostMaterial,
): HostSettings {
  const names = [stack.InstancePublicDNS, stack.InstancePublicIP].filter((name) => name !== "");
  const tls = tlsOf(operator, material, names);
  const scheme = tls.kind === "none" ? "http" : "https";
  const publicUrl = operator.PUBLIC_URL ?? `${scheme}://${names[0] ?? "localhost"}:${serverPort}`;
  const { NODE_VERSION: version, NODE_SHA256: sum } = operator;
  const shared = {
    HOST: "0.0.0.0",
    PUBLIC_URL: publicUrl,
    COGNITO_POOL_ID: stack.CognitoUserPoolId,
    COGNITO_CLIENT_ID: stack.CognitoClientId,
    COGNITO_PUBLIC_CLIENT_ID: stack.CognitoPublicClientId,
    COGNITO_REGION: stack.CognitoRegion,
    COGNITO_DOMAIN: stack.CognitoDomain === "" ? "" : `https://${stack.CognitoDomain}`,
    TLS_CERT_FILE: tls.kind === "none" ? "" : layout.certificate,
    TLS_KEY_FILE: tls.kind === "none" ? "" : layout.privateKey,
  };
  return {
    node: {
      mirror: operator.NODE_MIRROR,
      ...(version === undefined || sum === undefined
        ? pinnedNode
        : { version, sha256: { x64: sum, arm64: sum } }),
    },
    processManager: material.processManager,
    release: material.release,
    region: stack.Region,
    artifactBucket: stack.ArtifactBucket,
    awsRead: material.awsRead,
    serverEnvironment: withoutEmpty({
      ...shared,
      PORT: String(serverPort),
      DATA_DIR: layout.data,
      MCP_SERVERS_FILE: material.serversFile === null ? "" : layout.serversFile,
      ...pick(operator, carriedToServer),
    }),
    clientEnvironment: withoutEmpty({
      ...shared,
      WEB_PORT: String(webTerminalPort),
      // One's own certificate is for one's own name alone.
      MCP_SERVER_URL: `${tls.kind === "given" ? publicUrl : `${scheme}://localhost:${serverPort}`}/mcp`,
      AWS_REGION: stack.Region,
      BEDROCK_MODEL_ID: operator.BEDROCK_MODEL_ID,
      MODEL_TOKENS_PER_DAY: operator.MODEL_TOKENS_PER_DAY,
      TRUST_PROXY: operator.TRUST_PROXY,
    }),
    clientSecretParameter: stack.ClientSecretParameter || null,
    tls,
    givenAuthorities: material.givenAuthorities,
    serversFile: material.serversFile,
  };
}

function tlsOf(
  operator: OperatorSettings,
  { tls }: HostMaterial,
  names: readonly string[],
): TlsSettings {
  if (tls !== null) {
    const name = new URL(operator.PUBLIC_URL ?? "https://localhost").hostname;
    return { kind: "given", name, certificate: tls.certificate, key: { sha256: tls.keySha256 } };
  }
  if (operator.TLS === undefined) return { kind: "none" };
  const called = operator.PUBLIC_URL === undefined ? [] : [new URL(operator.PUBLIC_URL).hostname];
  const all = [...names, ...called, "localhost", "127.0.0.1"];
  return { kind: "self-signed", names: [...new Set(all)].sort() };
}

function pick<Name extends keyof OperatorSettings>(
  operator: OperatorSettings,
  names: Readonly<Record<Name, unknown>>,
): Pick<OperatorSettings, Name> {
  const chosen = Object.keys(names).map((name) => [name, operator[name as Name]]);
  return Object.fromEntries(chosen) as Pick<OperatorSettings, Name>;
}

function withoutEmpty(
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
