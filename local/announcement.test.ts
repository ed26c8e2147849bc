import { describe, expect, it } from "vitest";
import { announcement } from "./announcement.ts";

const farEnds = { cognito: "stand-in", bedrock: "stand-in", weather: "stand-in" } as const;
const clientEnvironment = {
  MCP_SERVER_URL: "http://localhost:8080/mcp",
  WEB_PORT: "8501",
  CLEANAUTH_PASSWORD: "Demo-abc-1",
};
const file = "mcp-servers.json";
const linesOf = (servers: readonly string[]) =>
  announcement({ farEnds, clientEnvironment, behind: { file, servers } }).split("\n");

describe("announcement", () => {
  it("says nothing of servers behind this one where there is no file", () => {
    const text = announcement({ farEnds, clientEnvironment, behind: null });
    expect(text).toContain("http://localhost:8080/mcp");
    expect(text).not.toContain("Behind it");
  });

  it("names the servers behind this one, and the file that says so", () => {
    expect(linesOf(["memory", "files"])).toContain(
      "  Behind it    memory, files  (mcp-servers.json)",
    );
  });

  it("counts them where their names take more than a line, or where the file has none", () => {
    const many = Array.from({ length: 30 }, (_, n) => `server-${n}`);
    expect(linesOf(many)).toContain("  Behind it    30 servers  (mcp-servers.json)");
    expect(linesOf([])).toContain("  Behind it    0 servers  (mcp-servers.json)");
    for (const line of linesOf(many)) expect(line.length).toBeLessThanOrEqual(80);
  });
});
