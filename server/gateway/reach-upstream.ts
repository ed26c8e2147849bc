import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Logger } from "@cleanauth/common/log.ts";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Caller } from "../auth/caller.ts";
import {
  type CallerIdentity,
  callerOfRequest,
  identityEnvironment,
  identityHeader,
} from "./caller-identity.ts";
import { createHttpTransport } from "./http-transport.ts";
import type { UpstreamDefinition, Value } from "./servers-file.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** What reaching an upstream takes from outside. */
export interface ReachParts {
  /**
   * Reads an SSM parameter, decrypted.
   *
   * @throws when it is not there or may not be read
   */
  readonly readParameter: (name: string) => Promise<string>;
  readonly identity: CallerIdentity;
  /** Below it each process has a folder of its own, which outlives it. */
  readonly foldersDir: string;
  readonly logger: Logger;
}

/**
 * Makes the transport to an upstream, with the values of its parameters filled in. The caller's token
 * is no part of anything that is sent.
 *
 * @param caller whose process it will be, or who is the first to use a shared one
 * @throws when a parameter cannot be read
 */
export async function reachUpstream(
  definition: UpstreamDefinition,
  caller: Caller,
  { readParameter, identity, foldersDir, logger }: ReachParts,
): Promise<Transport> {
  const { reach, identity: told, process } = definition;
  const fill = async (values: Readonly<Record<string, Value>>) => {
    const filled = Object.entries(values).map(async ([name, value]) => [
      name,
      typeof value === "string" ? value : await readParameter(value.parameter),
    ]);
    return Object.fromEntries(await Promise.all(filled)) as Record<string, string>;
  };
  if (reach.kind === "stdio") {
    const folder = makeFolder(foldersDir, definition, caller);
    const inFolder = (text: string) => text.replaceAll(folderMark, folder);
    const ofCaller =
      told === "environment" && process === "per-user" ? identityEnvironment(caller) : {};
    const given = Object.entries(await fill(reach.env));
    const env = {
      ...Object.fromEntries(given.map(([name, value]) => [name, inFolder(value)])),
      ...ofCaller,
    };
    const args = reach.args.map(inFolder);
    const program = { command: reach.command, args, env, cwd: reach.cwd ?? folder };
    return new StdioTransport(program, logger);
  }
  const { url } = reach;
  const headers = await fill(reach.headers);
  return createHttpTransport(url, async () => {
    const asking = callerOfRequest.getStore();
    if (told !== "header" || asking === undefined) return headers;
    return { ...headers, [identityHeader]: await identity.sign(asking, url) };
  });
}

/** In arguments and variables it stands for the process's own folder. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how people write it in the file.
const folderMark = "${folder}";

/** A subject is no file name to rely on, so its digest names the folder of a user. */
function makeFolder(
  foldersDir: string,
  { name, process }: UpstreamDefinition,
  { subject }: Caller,
): string {
  const whose =
    process === "shared"
      ? "shared"
      : createHash("sha256").update(subject).digest("hex").slice(0, 32);
  const folder = resolve(foldersDir, name, whose);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
