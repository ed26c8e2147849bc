import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditOutcomes } from "@cleanauth/common/audit-outcomes.ts";
import { describe, expect, it } from "vitest";
import { auditUsage, parseAuditArguments } from "./audit-arguments.ts";
import { chooseEntries, formatEntries } from "./audit-entries.ts";
import { readLocalAuditLog } from "./local-audit-log.ts";

const now = new Date("2026-11-25T12:00:00Z");
const line = (changes: object = {}) =>
  JSON.stringify({
    time: "2026-11-25T11:30:00.000Z",
    requestId: "r-1",
    subject: "s",
    username: "demo",
    clientId: "c",
    upstream: "memory",
    tool: "read_graph",
    outcome: "done",
    milliseconds: 3,
    ...changes,
  });
const lines = [
  line({ time: "2026-11-23T00:00:00.000Z" }),
  line(),
  line({ username: "admin", outcome: "failed" }),
  line({ upstream: "files", tool: "write_file", arguments: { path: "메모.txt" } }),
  '{"time":"2026-11-25T11:59',
];
const parse = (commandLine: readonly string[], isDeployed = false) =>
  parseAuditArguments(commandLine, { now, isDeployed });
const found = (...commandLine: string[]) =>
  chooseEntries(lines, parse(commandLine)).map(({ line }) => lines.indexOf(line));

describe("make audit", () => {
  it.each([
    [[], [1, 2, 3]],
    [
      ["--since", "7d"],
      [0, 1, 2, 3],
    ],
    [["--user", "admin"], [2]],
    [["--server", "files"], [3]],
    [["--tool", "read_graph", "--outcome", "done"], [1]],
    [
      ["--tool", "memory.read_graph"],
      [1, 2],
    ],
    [["--tool", "files.read_graph"], []],
    [["--user", "nobody"], []],
  ])("with %j chooses what fits", (commandLine, expected) => {
    expect(found(...commandLine)).toEqual(expected);
  });

  it("sets the entries out as a table that nothing in them can tear", () => {
    const [header, row] = formatEntries(
      chooseEntries([line({ username: "d\u001b[2Jemo" })], parse([])),
      false,
    );
    expect(header).toMatch(/^TIME +USER +TOOL +OUTCOME +TOOK +ARGUMENTS$/);
    expect(row).not.toContain("\u001b");
    expect(row).toMatch(/memory\.read_graph +done +3 ms$/);
  });

  it("says so when there is nothing", () => {
    expect(formatEntries([], false)).toEqual([expect.stringMatching(/^No call/)]);
  });

  it.each([["--since", "soon"], ["--nobody"]])("refuses %s with its usage", (...commandLine) => {
    expect(() => parse(commandLine)).toThrow(expect.objectContaining({ code: "usage_audit" }));
  });

  it("refuses an outcome that no call has, and names those there are", () => {
    for (const outcome of auditOutcomes) {
      expect(parse(["--outcome", outcome]).wanted.outcome).toBe(outcome);
    }
    expect(() => parse(["--outcome", "refused"])).toThrow(
      `--outcome "refused" is none of ${auditOutcomes.join(", ")}`,
    );
  });

  it("refuses --limit where it reads this machine's log, which has no hosts to choose from", () => {
    expect(parse(["--limit", "i-1,i-2"], true).limit).toEqual(["i-1", "i-2"]);
    expect(() => parse(["--limit", "2"])).toThrow("--limit chooses hosts");
    expect(() => parse(["--limit", "2", "--local"], true)).toThrow("--limit chooses hosts");
  });
});

describe("make audit on this machine", () => {
  it("runs on the packages of make start alone, and --help is no error", () => {
    const installed = ["server", "client", "local", "common"].flatMap((workspace) =>
      Object.keys(JSON.parse(readFileSync(`${workspace}/package.json`, "utf8")).dependencies),
    );
    const declared = JSON.parse(readFileSync("scripts/package.json", "utf8")).dependencies;
    const missing = Object.keys(declared).filter((name) => !installed.includes(name));
    expect(missing).toContain("zx");
    const hook = `export const resolve = (name, context, next) => {
      if (${JSON.stringify(missing)}.some((one) => name === one || name.startsWith(one + "/")))
        throw new Error(name + " is not installed");
      return next(name, context);
    };`;
    const register = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(hook))});`;
    const output = execFileSync(
      process.execPath,
      ["--import", "tsx", "--import", dataUrl(register), "scripts/audit.ts", "--help"],
      { encoding: "utf8" },
    );
    expect(output).toBe(`${auditUsage}\n`);
  });
});

function dataUrl(module: string): string {
  return `data:text/javascript,${encodeURIComponent(module)}`;
}

describe("the audit log of this machine", () => {
  it("is read with the files that it was moved to, the oldest first", () => {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-audit-"));
    for (const [name, text] of [
      ["audit.log", "3\n"],
      ["audit.log.1", "2\n"],
      ["audit.log.10", "1\n"],
      ["audit.log.old", "0\n"],
    ] as const) {
      writeFileSync(join(folder, name), text);
    }
    const read = readLocalAuditLog(join(folder, "audit.log")).filter(Boolean);
    expect(read).toEqual(["1", "2", "3"]);
  });

  it("that is not there is an error that says when it is written", () => {
    expect(() => readLocalAuditLog("/no/such/audit.log")).toThrow(
      expect.objectContaining({ code: "audit_missing" }),
    );
  });
});
