import { describe, expect, it } from "vitest";
import { parseServersFile } from "./servers-file.ts";

function parse(mcpServers: unknown) {
  return parseServersFile(JSON.stringify({ mcpServers }));
}

describe("a servers file", () => {
  it("is taken as desktop clients write it, for the usual groups", () => {
    const file = parse({
      memory: { command: "npx", args: ["-y", "x@1.2.3"], env: { A: "b" }, autoApprove: [] },
    });
    expect(file).toEqual({
      servers: [
        {
          name: "memory",
          reach: {
            kind: "stdio",
            command: "npx",
            args: ["-y", "x@1.2.3"],
            env: { A: "b" },
            cwd: undefined,
          },
          access: { groups: ["user", "admin"] },
          toolAccess: new Map(),
          process: "shared",
          identity: "none",
          limits: { idleSeconds: 600, callSeconds: 60, concurrentCalls: 16, processes: 1 },
          auditsArguments: false,
        },
      ],
    });
  });

  it("says who may use a server, and who one of its tools", () => {
    const file = parse({
      files: {
        url: "https://files.example.com/mcp",
        headers: { "X-Key": { parameter: "/mcp-auth/dev/files-key" } },
        cleanauth: {
          groups: ["staff"],
          scope: "mcp-auth/files:read",
          tools: { remove: { groups: ["admin"] } },
        },
      },
    });
    expect(file).toMatchObject({
      servers: [
        {
          reach: {
            kind: "http",
            url: "https://files.example.com/mcp",
            headers: { "X-Key": { parameter: "/mcp-auth/dev/files-key" } },
          },
          access: { groups: ["staff"], scope: "mcp-auth/files:read" },
          toolAccess: new Map([["remove", { groups: ["admin"] }]]),
        },
      ],
    });
  });

  it("leaves out a server that is disabled", () => {
    expect(parse({ memory: { command: "x", disabled: true } })).toEqual({ servers: [] });
  });

  it("tells every mistake at once, each with its place", () => {
    const file = parse({
      "Not A Name": { command: "x" },
      neither: {},
      both: { command: "x", url: "https://x.example.com" },
      far: { url: "ftp://x.example.com" },
      known: { command: "x", env: { A: { parametr: "x" } }, cleanauth: { group: ["a"] } },
      env: { command: "x", cleanauth: { identity: "environment" } },
      head: { command: "x", cleanauth: { identity: "header", idleSeconds: 0 } },
    });
    const mistakes = "mistakes" in file ? file.mistakes : [];
    for (const [place, words] of [
      ["mcpServers.Not A Name", "small letters"],
      ["mcpServers.neither", "either a command or a url"],
      ["mcpServers.both", "either a command or a url"],
      ["mcpServers.far.url", "URL"],
      ["mcpServers.known.env.A", "parameter"],
      ["mcpServers.known.cleanauth", "does not know group"],
      ["mcpServers.env.cleanauth.identity", "per-user"],
      ["mcpServers.head.cleanauth.idleSeconds", ">=1"],
    ] as const) {
      expect(
        mistakes.some((it) => it.startsWith(`${place}: `) && it.includes(words)),
        place,
      ).toBe(true);
    }
  });

  it("tells what keys do together beside what is wrong with a single one, server by server", () => {
    const file = parse({
      "Bad Name": { args: "-y foo" },
      files: { comand: "npx", args: "-y" },
      grp: { command: "x", cwd: 1, cleanauth: { identity: "header" } },
    });
    expect(file).toEqual({
      mistakes: [
        expect.stringMatching(/^mcpServers\.Bad Name\.args: /),
        expect.stringMatching(/^mcpServers\.Bad Name: must be a name/),
        expect.stringMatching(/^mcpServers\.Bad Name: needs either a command or a url/),
        expect.stringMatching(/^mcpServers\.files\.args: /),
        expect.stringMatching(/^mcpServers\.files: needs either a command or a url/),
        expect.stringMatching(/^mcpServers\.grp\.cwd: /),
        expect.stringMatching(/^mcpServers\.grp\.cleanauth\.identity: header goes with a url/),
      ],
    });
  });

  it.each([
    ["groups", { groups: ["admin"] }, "goes under cleanauth"],
    ["scope", { scope: "mcp-auth/x" }, "goes under cleanauth"],
    ["tools", { tools: { remove: { groups: ["admin"] } } }, "goes under cleanauth"],
    ["process", { process: "per-user" }, "goes under cleanauth"],
    ["Cleanauth", { Cleanauth: { groups: ["admin"] } }, "is spelled cleanauth"],
    ["clean-auth", { "clean-auth": { groups: ["admin"] } }, "is spelled cleanauth"],
  ])("lets nobody in by a rule that stands where it says nothing: %s", (key, entry, message) => {
    expect(parse({ files: { command: "x", ...entry } })).toEqual({
      mistakes: [`mcpServers.files.${key}: ${message}`],
    });
  });

  it("passes over the list of tools that other clients have in an entry", () => {
    expect(parse({ files: { command: "x", tools: ["*"] } })).toHaveProperty("servers");
  });

  it("takes a tool by the name that callers see, too", () => {
    const tools = { "memory.read_graph": { groups: ["admin"] } };
    const file = parse({ memory: { command: "x", cleanauth: { tools } } });
    const [memory] = "servers" in file ? file.servers : [];
    expect(memory?.toolAccess.get("read_graph")).toEqual({ groups: ["admin"] });
  });

  it.each(["", "[]", '{"servers":{}}', "{"])("is refused as %j", (json) => {
    expect(parseServersFile(json)).toMatchObject({ mistakes: [expect.stringMatching(/.+/)] });
  });
});
