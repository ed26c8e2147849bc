import { describe, expect, it } from "vitest";
import { readServersFile } from "./servers-file.ts";

const integrity = `sha512-${"A".repeat(86)}==`;
const read = (mcpServers: unknown) =>
  readServersFile(JSON.stringify({ mcpServers }), "mcp-servers.json");

describe("what a servers file needs on the host", () => {
  it("is the packages that it runs with npx, exact and with their integrity", () => {
    const file = read({
      memory: { command: "npx", args: ["-y", "@scope/memory@1.2.3"], cleanauth: { integrity } },
      other: { command: "python3", args: ["server.py"] },
      far: { url: "https://example.com/mcp" },
      off: { command: "npx", args: ["whatever"], disabled: true },
    });
    expect(file.packages).toEqual([
      { server: "memory", name: "@scope/memory", version: "1.2.3", integrity },
    ]);
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is not told by a range, a tag, or without integrity: all mistakes at once", () => {
    expect(() =>
      read({
        ranged: { command: "npx", args: ["memory@^1.2.3"], cleanauth: { integrity } },
        tagged: { command: "npx", args: ["-y", "memory@latest"], cleanauth: { integrity } },
        unknown: { command: "npx", args: ["memory@1.2.3"] },
      }),
    ).toThrow(
      /ranged runs memory@\^1.2.3.*tagged runs memory@latest.*unknown lacks cleanauth.integrity/,
    );
  });

  it.each(["", "[]", '{"mcpServers":{"../x":{}}}', '{"mcpServers":{"a":{"command":1}}}'])(
    "is an error for %j",
    (text) => {
      expect(() => readServersFile(text, "f.json")).toThrow(/f\.json cannot be carried/);
    },
  );
});
