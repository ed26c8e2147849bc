import { readFileSync } from "node:fs";
import { AppError } from "@cleanauth/common/app-error.ts";
import {
  type Environment,
  integerSetting,
  parseSettings,
  urlSetting,
} from "@cleanauth/common/environment.ts";
import { type TrustProxy, trustProxySetting } from "@cleanauth/common/trust-proxy.ts";
import { z } from "zod";

/** Where the terminal in the browser listens, and what it is called. */
export interface WebSettings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  /** Limits go by the address that these proxies tell. */
  readonly trustProxy: TrustProxy;
  /** What a user may use up of models each day; null for no bound. */
  readonly tokensPerDay: number | null;
  /** Certificate chain and key in PEM form. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

const webEnvironment = z
  .object({
    HOST: z.string().default("127.0.0.1"),
    WEB_PORT: integerSetting(0, 65_535).default(8501),
    PUBLIC_URL: urlSetting.optional(),
    TRUST_PROXY: trustProxySetting.default(false),
    MODEL_TOKENS_PER_DAY: integerSetting(0, 1_000_000_000).default(1_000_000),
    TLS_CERT_FILE: z.string().optional(),
    TLS_KEY_FILE: z.string().optional(),
  })
  .superRefine((settings, context) => {
    for (const [one, other] of [
      ["TLS_CERT_FILE", "TLS_KEY_FILE"],
      ["TLS_KEY_FILE", "TLS_CERT_FILE"],
    ] as const) {
      if (settings[one] === undefined || settings[other] !== undefined) continue;
      context.addIssue({ code: "custom", path: [other], message: `goes with ${one}` });
    }
  });

/**
 * Parses what the web terminal is told by its environment, and reads its certificate.
 *
 * @param environment the joined environment
 * @throws AppError `configuration_invalid` or `configuration_tls_unreadable`
 */
export function readWebSettings(environment: Environment): WebSettings {
  const settings = parseSettings(webEnvironment, environment);
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = settings;
  return {
    host: settings.HOST,
    port: settings.WEB_PORT,
    publicUrl: settings.PUBLIC_URL,
    trustProxy: settings.TRUST_PROXY,
    tokensPerDay: settings.MODEL_TOKENS_PER_DAY || null,
    tls:
      certFile === undefined || keyFile === undefined
        ? undefined
        : {
            cert: readTlsFile("TLS_CERT_FILE", certFile),
            key: readTlsFile("TLS_KEY_FILE", keyFile),
          },
  };
}

function readTlsFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new AppError(
      "configuration_tls_unreadable",
      `Cannot read ${path}, which ${name} names: ${why}`,
      "Name a PEM file that this user may read, or unset both TLS_CERT_FILE and TLS_KEY_FILE.",
      { cause: error },
    );
  }
}

/**
 * Words the failure to listen as a person needs it.
 *
 * @param error what listening threw
 * @param settings where it was to listen
 */
export function listenError(error: unknown, settings: WebSettings): AppError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const where = `${settings.host}:${settings.port}`;
  const options = { cause: error };
  switch (code) {
    case "EADDRINUSE":
      return new AppError(
        "configuration_port_taken",
        `Port ${settings.port} on ${settings.host} is taken`,
        "Stop what listens there, or choose another port with WEB_PORT.",
        options,
      );
    case "EACCES":
      return new AppError(
        "configuration_port_forbidden",
        `Listening on ${where} is not allowed to this user`,
        "Choose a port above 1023 with WEB_PORT.",
        options,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new AppError(
        "configuration_host_invalid",
        `${settings.host} is no address of this machine`,
        "Set HOST to 127.0.0.1, or to 0.0.0.0 for every address.",
        options,
      );
    default:
      return new AppError(
        "configuration_listen_failed",
        `Cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`,
        "Look at HOST, WEB_PORT, TLS_CERT_FILE and TLS_KEY_FILE.",
        options,
      );
  }
}
