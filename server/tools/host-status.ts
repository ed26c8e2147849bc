import { statfs } from "node:fs/promises";
import { cpus, freemem, loadavg, totalmem, uptime } from "node:os";
import { z } from "zod";
import type { UpstreamStates } from "../gateway/upstreams.ts";
import { defineTool, type Tool } from "./tool.ts";

/**
 * How the machine that the server runs on is doing; for administrators.
 *
 * @param dataDir the folder whose disk is looked at
 * @param servers how it stands with the MCP servers behind this one
 */
export function createHostStatus(dataDir: string, servers: () => UpstreamStates): Tool {
  return defineTool({
    name: "host_status",
    title: "Host status",
    description:
      "Load, memory, disk and uptime of the machine that this MCP server runs on. Use it to find " +
      "out whether the host is healthy. It says nothing about other machines.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    access: { groups: ["admin"] },
    input: z.object({}),
    output: z.object({
      loadAverage: z.array(z.number()).describe("Over 1, 5 and 15 minutes"),
      cpus: z.number().int(),
      memory: z.object({
        totalBytes: z.number(),
        freeBytes: z.number(),
        serverBytes: z.number().describe("Resident memory of the server's process"),
      }),
      disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
      hostUptimeSeconds: z.number(),
      serverUptimeSeconds: z.number(),
      nodeVersion: z.string(),
      servers: z
        .record(z.string(), z.object({ state: z.string(), processes: z.number().int() }))
        .describe("The MCP servers behind this one, and how many processes each has"),
    }),
    async run() {
      const { bsize, blocks, bavail } = await statfs(dataDir);
      const status = {
        loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
        cpus: cpus().length,
        memory: {
          totalBytes: totalmem(),
          freeBytes: freemem(),
          serverBytes: process.memoryUsage.rss(),
        },
        disk: { totalBytes: bsize * blocks, freeBytes: bsize * bavail },
        hostUptimeSeconds: Math.floor(uptime()),
        serverUptimeSeconds: Math.floor(process.uptime()),
        nodeVersion: process.version,
        servers: servers(),
      };
      return {
        kind: "done",
        text: [
          `Load ${status.loadAverage.join(", ")} on ${status.cpus} CPU(s)`,
          `Memory ${gib(status.memory.freeBytes)} free of ${gib(status.memory.totalBytes)}; ` +
            `the server uses ${gib(status.memory.serverBytes)}`,
          `Disk ${gib(status.disk.freeBytes)} free of ${gib(status.disk.totalBytes)}`,
          `Host up ${duration(status.hostUptimeSeconds)}, server up ` +
            `${duration(status.serverUptimeSeconds)}, Node ${status.nodeVersion}`,
          ...Object.entries(status.servers).map(
            ([name, { state, processes }]) =>
              `Server ${name} ${state}, ${processes} process${processes === 1 ? "" : "es"}`,
          ),
        ].join("\n"),
        structured: status,
      };
    },
  });
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return days > 0
    ? `${days} d ${hours} h`
    : hours > 0
      ? `${hours} h ${minutes} min`
      : `${minutes} min`;
}
