import { join } from "node:path";
import { regionOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { Logger } from "@cleanauth/common/log.ts";
import type { Activity } from "../activity.ts";
import type { ServerConfig } from "../config.ts";
import type { Features } from "../mcp/features.ts";
import type { Metrics } from "../metrics.ts";
import { openAuditLog } from "./audit-log.ts";
import { type CallerIdentity, createCallerIdentity } from "./caller-identity.ts";
import { createGatewayFeatures } from "./gateway-features.ts";
import { createParameterReader } from "./read-parameter.ts";
import { type UpstreamStates, Upstreams } from "./upstreams.ts";
import { findServersFile, readServersFile, watchServersFile } from "./watch-servers-file.ts";

/** The servers behind this one, while it runs. */
export interface Gateway {
  readonly features: Required<Features>;
  readonly identity: CallerIdentity;
  states(): UpstreamStates;
  /** Ends every process, and the watching of the file. */
  close(): Promise<void>;
}

/**
 * Opens the gateway that the servers file describes; it is read again whenever it changes.
 *
 * @param publicUrl the origin by which callers call this server
 * @returns null where there is no such file
 * @throws AppError `configuration_servers_file` with every mistake in it
 */
export function openGateway(
  { serversFile, dataDir, cognito }: ServerConfig,
  publicUrl: string,
  parts: { readonly metrics: Metrics; readonly activity: Activity; readonly logger: Logger },
): Gateway | null {
  const path = findServersFile(serversFile);
  if (path === null) return null;
  const { logger } = parts;
  const definitions = readServersFile(path);
  const identity = createCallerIdentity(publicUrl);
  const readParameter = createParameterReader(regionOfPool(cognito.poolId));
  const upstreams = new Upstreams({
    readParameter,
    identity,
    foldersDir: join(dataDir, "servers"),
    logger,
  });
  upstreams.replace(definitions);
  const audit = openAuditLog(join(dataDir, "audit", "audit.log"), logger);
  const endWatching = watchServersFile(path, logger, (changed) => upstreams.replace(changed));
  logger.info({ path, servers: definitions.map(({ name }) => name) }, "servers behind this one");
  return {
    features: createGatewayFeatures(upstreams, { ...parts, audit }),
    identity,
    states: () => upstreams.states(),
    async close() {
      endWatching();
      await upstreams.close();
      audit.close();
    },
  };
}
