import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Artifact, buildProcessManager, buildRelease } from "./artifact.ts";
import { buildHostProgram } from "./host-program.ts";
import { releasePrograms } from "./release.ts";

const root = resolve(import.meta.dirname, "../..");
let folder: string;
let release: Artifact;
let listing: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-artifact-"));
  release = await buildRelease(root, folder);
  listing = execFileSync("tar", ["-tzf", release.file], { encoding: "utf8" }).trim().split("\n");
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("the release", () => {
  it("is the same to the byte wherever and whenever it is built", async () => {
    const other = join(folder, "again");
    expect((await buildRelease(root, other)).sha256).toBe(release.sha256);
  });

  it("is not built again while the sources are the same", async () => {
    const startedAt = performance.now();
    expect(await buildRelease(root, folder)).toEqual(release);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("stays under 25 MB together with pm2", async () => {
    const processManager = await buildProcessManager(root, folder);
    expect(release.bytes + processManager.bytes).toBeLessThan(25_000_000);
  });

  it("holds both programs, and what they read at run time", () => {
    expect(listing).toEqual(
      expect.arrayContaining([
        ...Object.values(releasePrograms),
        "node_modules/classic-level/prebuilds/linux-x64/classic-level.node",
        "node_modules/classic-level/prebuilds/linux-arm64/classic-level.armv8.node",
        "node_modules/blessed/usr/xterm-256color",
        "client/web/page/page.html",
      ]),
    );
  });

  it("holds no test, no type, no source map, nothing for another system", () => {
    const wrong =
      /\.(test\.\w+|d\.ts|map|ts)$|prebuilds\/(?!linux-(x64|arm64)\/classic-level(\.armv8)?\.node)/;
    expect(listing.filter((path) => wrong.test(path))).toEqual([]);
  });

  it("owns nothing by a user of this machine, and carries no time of its making", () => {
    const entries = execFileSync("tar", ["-tvzf", release.file], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    })
      .trim()
      .split("\n");
    expect(entries.filter((entry) => !/ root\/root +\d+ 2001-01-01 00:00 /.test(entry))).toEqual(
      [],
    );
  });
});

describe("the program that goes to the host in a command", () => {
  it("is small enough for one", async () => {
    expect((await buildHostProgram(root, folder)).length).toBeLessThan(20_000);
  });
});
