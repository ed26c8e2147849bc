import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "@cleanauth/common/environment.ts";
import { afterAll, beforeAll, inject } from "vitest";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { type Stack, stackOf } from "./shared-stack.ts";

/** The stack that all files share. Nothing that a test changes in it may matter to another. */
export function sharedStack(): () => Stack {
  return () => inject("stack");
}

/**
 * Runs a stack for the tests of one file, in a folder and on ports of its own.
 *
 * @param options.servers what stands in its `mcp-servers.json`: the servers behind the MCP server
 * @param options.environment settings beside the ports
 * @returns a function that tells about it, for use inside of tests
 */
export function ownStack(
  options: { servers?: object; environment?: Environment } = {},
): () => Stack {
  let running: LocalStack | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-ui-"));
    if (options.servers !== undefined) {
      const file = JSON.stringify({ mcpServers: options.servers });
      writeFileSync(join(folder, "mcp-servers.json"), file);
    }
    running = await startLocalStack({ ...options, folder });
  });
  afterAll(async () => {
    await running?.stop();
  });
  return () => {
    if (running === undefined) throw new Error("the stack runs only while tests do");
    return stackOf(running);
  };
}
