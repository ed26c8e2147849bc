import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";

/** In a servers file it stands for the process's own folder. */
const folderMark = ["$", "{folder}"].join("");

const program = (name: string) =>
  join(
    fileURLToPath(import.meta.resolve(`@modelcontextprotocol/${name}/package.json`)),
    "../dist/index.js",
  );

const serversFile = {
  mcpServers: {
    everything: { command: process.execPath, args: [program("server-everything")] },
    files: {
      command: process.execPath,
      args: [program("server-filesystem"), folderMark],
      cleanauth: { process: "per-user" },
    },
    memory: {
      command: process.execPath,
      args: [program("server-memory")],
      env: { MEMORY_FILE_PATH: `${folderMark}/memory.jsonl` },
      cleanauth: { process: "per-user", tools: { delete_entities: { groups: ["admin"] } } },
    },
    staff: {
      command: process.execPath,
      args: [program("server-memory")],
      cleanauth: { groups: ["staff"] },
    },
  },
};

/** Starts what `make start` starts, in a folder with servers that people know. */
export async function startWithWellKnownServers(): Promise<LocalStack> {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-servers-"));
  writeFileSync(join(folder, "mcp-servers.json"), JSON.stringify(serversFile));
  return startLocalStack({ folder });
}
