import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { AppError } from "@cleanauth/common/app-error.ts";
import { type Artifact, buildProcessManager, buildRelease } from "../artifact/artifact.ts";
import { buildHostProgram } from "../artifact/host-program.ts";
import { privateKeyObject, serversFileObject } from "./host-settings.ts";
import type { HostMaterial, OperatorSettings } from "./operator-settings.ts";
import { readServersFile, type ServersFile } from "./servers-file.ts";
import { serversFileTask } from "./servers-role.ts";
import { certificateTask, requireMatchingPair } from "./tls.ts";

/** What goes to the host, and what of it has to be uploaded first. */
export interface PreparedMaterial {
  readonly material: HostMaterial;
  readonly artifacts: readonly Artifact[];
  /** Secrets that the host fetches from the bucket, from which they are removed again. */
  readonly lent: readonly LentObject[];
}

/** A secret that lies in the bucket while a task needs it. */
export interface LentObject {
  /** The full name of the task that fetches it. */
  readonly task: string;
  readonly key: string;
  readonly content: string;
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
  const { MCP_SERVERS_FILE: serversPath } = operator;
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
  const lent: LentObject[] = [];
  let serversFile: ServersFile | null = null;
  if (serversPath !== undefined) {
    const content = readNamed("MCP_SERVERS_FILE", serversPath);
    serversFile = readServersFile(content, serversPath);
    const key = serversFileObject(serversFile.sha256);
    lent.push({ task: `servers : ${serversFileTask}`, key, content });
  }
  const release = await buildRelease(root, folder);
  const processManager = await buildProcessManager(root, folder);
  const keySha256 = given === null ? "" : createHash("sha256").update(given.key).digest("hex");
  if (given !== null) {
    const key = privateKeyObject(keySha256);
    lent.push({ task: `settings : ${certificateTask}`, key, content: given.key });
  }
  return {
    material: {
      tls: given === null ? null : { certificate: given.certificate, keySha256 },
      givenAuthorities: authorities,
      awsRead: await buildHostProgram(root, folder),
      release: { sha256: release.sha256 },
      processManager: { version: processManager.version, sha256: processManager.sha256 },
      serversFile,
    },
    artifacts: [processManager, release],
    lent,
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
