import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatherScript, parseRawFacts } from "./fact.ts";
import { decideDirectory, decideFile, fileFact } from "./file.ts";
import { createLocalShell } from "./local-shell.ts";
import type { Decision } from "./operation.ts";
import { sh } from "./shell-script.ts";

const shell = createLocalShell();
let folder: string;
let group: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth file's "));
  group = (await shell.run(sh`id -gn`, { timeoutSeconds: 10 })).stdout.trim();
});
afterEach(() => rmSync(folder, { recursive: true }));

const owner = userInfo().username;
const wanted = (path: string, content: string) => ({ path, content, owner, group, mode: "600" });

async function read(path: string) {
  const definition = fileFact(path);
  const { stdout } = await shell.run(gatherScript({ file: definition }), { timeoutSeconds: 10 });
  return definition.parse(parseRawFacts(stdout).file ?? "");
}

async function apply(decision: Decision) {
  if (decision.kind !== "change" || decision.command === undefined) throw new Error(decision.kind);
  const { exitCode, stderr } = await shell.run(decision.command, { timeoutSeconds: 10 });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
}

describe("a wanted file", () => {
  it.each([
    ["plain", "NAME=value\n"],
    ["empty", ""],
    ["hostile", "'; exit 1 #$(id)\n한글\\n%s"],
  ])("is written when missing and then left alone: %s", async (_, content) => {
    const path = join(folder, "it's.env");
    await apply(decideFile(await read(path), wanted(path, content)));
    expect(readFileSync(path, "utf8")).toBe(content);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(decideFile(await read(path), wanted(path, content))).toEqual({ kind: "ok" });
  });

  it("is put back after it was edited by hand, and shows the edit", async () => {
    const path = join(folder, "server.env");
    writeFileSync(path, "PORT=1\nHAND=made\n", { mode: 0o600 });
    const decision = decideFile(await read(path), wanted(path, "PORT=8080\n"));
    expect(decision).toMatchObject({
      kind: "change",
      files: [{ path, before: "PORT=1\nHAND=made\n", after: "PORT=8080\n" }],
    });
    await apply(decision);
    expect(readFileSync(path, "utf8")).toBe("PORT=8080\n");
  });

  it("is put right when only its mode differs", async () => {
    const path = join(folder, "server.env");
    writeFileSync(path, "A=1\n", { mode: 0o644 });
    await apply(decideFile(await read(path), wanted(path, "A=1\n")));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("replaces a symbolic link, not what the link points to", async () => {
    const target = join(folder, "target");
    const path = join(folder, "link");
    writeFileSync(target, "untouched");
    symlinkSync(target, path);
    await apply(decideFile(await read(path), wanted(path, "A=1\n")));
    expect(readFileSync(target, "utf8")).toBe("untouched");
    expect(readFileSync(path, "utf8")).toBe("A=1\n");
  });
});

describe("the file fact", () => {
  it("is null where nothing is", async () => {
    expect(await read(join(folder, "absent"))).toBeNull();
  });

  it("sends no content of a file that is as wanted", async () => {
    const path = join(folder, "server.env");
    writeFileSync(path, "A=1\n", { mode: 0o600 });
    const definition = fileFact(path, "A=1\n");
    const { stdout } = await shell.run(gatherScript({ file: definition }), { timeoutSeconds: 10 });
    const found = definition.parse(parseRawFacts(stdout).file ?? "");
    expect(found?.content).toBe("");
    expect(decideFile(found, wanted(path, "A=1\n"))).toEqual({ kind: "ok" });
  });

  it("masks secret values on the host, and still sees that they differ", async () => {
    const path = join(folder, "client.env");
    writeFileSync(path, "A=1\nCOGNITO_CLIENT_SECRET=hunter2\npassword = x\n", { mode: 0o600 });
    const first = await read(path);
    writeFileSync(path, "A=1\nCOGNITO_CLIENT_SECRET=hunter3\npassword = y\n", { mode: 0o600 });
    const second = await read(path);
    expect(first?.content).toBe("A=1\nCOGNITO_CLIENT_SECRET=[secret]\npassword =[secret]\n");
    expect(second?.content).toBe(first?.content);
    expect(second?.sha256).not.toBe(first?.sha256);
  });

  it("never lets a private key leave the host", async () => {
    const path = join(folder, "key.pem");
    writeFileSync(path, "A=1\n-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----\n");
    expect((await read(path))?.content).not.toContain("MIIabc");
  });
});

describe("a wanted directory", () => {
  it("is made when missing and then left alone", async () => {
    const directory = { path: join(folder, "a", "b"), owner, group, mode: "750" };
    await apply(decideDirectory(await read(directory.path), directory));
    expect(decideDirectory(await read(directory.path), directory)).toEqual({ kind: "ok" });
  });
});
