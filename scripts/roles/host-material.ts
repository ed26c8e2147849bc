import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { AppError } from "@cleanauth/common/app-error.ts";
import { type Artifact, buildProcessManager, buildRelease } from "../artifact/artifact.ts";
import { buildHostProgram } from "../artifact/host-program.ts";
import type { HostMaterial, OperatorSettings } from "./operator-settings.ts";
import { requireMatchingPair } from "./tls.ts";

/** What goes to the host, and what of it has to be uploaded first. */
export interface PreparedMaterial {
  readonly material: HostMaterial;
  readonly artifacts: readonly Artifact[];
  /** The operator's own private key, to be fetched by the host and then removed from the bucket. */
  readonly privateKey: { readonly sha256: string; readonly pem: string } | null;
}

/**
 * Reads the files that the settings name and builds what the host runs.
 *
 * @param root the repository
 * @param folder where built artifacts are kept
 * @throws AppError `configuration_…` for a file that is not there or not what it should be
 */
export async function prepareMaterial(
  root: string,
  folder: string,
  operator: OperatorSettings,
): Promise<PreparedMaterial> {
  const { TLS_CERT_FILE: certificateFile, TLS_KEY_FILE: keyFile, HOST_CA_FILE: caFile } = operator;
  const given =
    certificateFile === undefined || keyFile === undefined
      ? null
      : {
          certificate: readNamed("TLS_CERT_FILE", certificateFile),
          key: readNamed("TLS_KEY_FILE", keyFile),
        };
  if (given !== null) {
    const { hostname } = new URL(operator.PUBLIC_URL ?? "https://localhost");
    requireMatchingPair(given.certificate, given.key, hostname);
  }
  const authorities = caFile === undefined ? null : readNamed("HOST_CA_FILE", caFile);
  if (authorities !== null && !authorities.includes("-----BEGIN CERTIFICATE-----")) {
    throw new AppError(
      "configuration_file_wrong",
      `HOST_CA_FILE ${caFile} holds no certificate in PEM`,
      "Give a file with the certificates that the host is to trust.",
    );
  }
  const release = await buildRelease(root, folder);
  const processManager = await buildProcessManager(root, folder);
  const keySha256 = given === null ? "" : createHash("sha256").update(given.key).digest("hex");
  return {
    material: {
      tls: given === null ? null : { certificate: given.certificate, keySha256 },
      givenAuthorities: authorities,
      awsRead: await buildHostProgram(root, folder),
      release: { sha256: release.sha256 },
      processManager: { version: processManager.version, sha256: processManager.sha256 },
    },
    artifacts: [processManager, release],
    privateKey: given === null ? null : { sha256: keySha256, pem: given.key },
  };
}

function readNamed(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new AppError(
      "configuration_file_unreadable",
      `Cannot read ${path}, which ${name} names: ${(cause as NodeJS.ErrnoException).code}`,
      "Name a file that you may read.",
      { cause },
    );
  }
}
