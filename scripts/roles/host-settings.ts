import type { ServersFile } from "./servers-file.ts";

/** How one host should be; everything that the roles are told. */
export interface HostSettings {
  readonly node: {
    readonly version: string;
    /** Where `v…/node-v…-linux-….tar.gz` is found below; no slash at its end. */
    readonly mirror: string;
    readonly sha256: { readonly x64: string; readonly arm64: string };
  };
  readonly processManager: { readonly version: string; readonly sha256: string };
  readonly release: { readonly sha256: string };
  /** Of bucket and parameter. */
  readonly region: string;
  readonly artifactBucket: string;
  /** The program that fetches from AWS on the host, as its text. */
  readonly awsRead: string;
  readonly serverEnvironment: Readonly<Record<string, string>>;
  readonly clientEnvironment: Readonly<Record<string, string>>;
  /** The parameter that holds the app client's secret; `null` for a client without one. */
  readonly clientSecretParameter: string | null;
  readonly tls: TlsSettings;
  /** The MCP servers behind this one; `null` for none. */
  readonly serversFile: ServersFile | null;
  /** Certificates in PEM that the host trusts beside the usual ones; `null` for none. */
  readonly givenAuthorities: string | null;
}

export type TlsSettings =
  | { readonly kind: "none" }
  /** A key and a certificate for these names are made on the host. */
  | { readonly kind: "self-signed"; readonly names: readonly string[] }
  | {
      readonly kind: "given";
      /** What the certificate and callers call the host; the host finds itself under it, too. */
      readonly name: string;
      readonly certificate: string;
      /** The key travels through the artifact bucket, never through a command. */
      readonly key: { readonly sha256: string };
    };

/** Where artifacts lie in the bucket; the host's role may read nothing else. */
export const artifactPrefix = "artifacts/";

/** The key of a tarball in the artifact bucket. */
export function artifactKey(sha256: string): string {
  return `${artifactPrefix}${sha256}.tar.gz`;
}

/** The key of the servers file in the artifact bucket, for the moment in which the host fetches it. */
export function serversFileObject(sha256: string): string {
  return `${artifactPrefix}servers/${sha256}.json`;
}

/** The key of a private key in the artifact bucket, for the moment in which the host fetches it. */
export function privateKeyObject(sha256: string): string {
  return `${artifactPrefix}tls/${sha256}.pem`;
}
