import { existsSync, lutimesSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHostLock, lockedExitCode } from "./host-lock.ts";
import { createLocalShell } from "./local-shell.ts";
import { type ShellScript, sh } from "./shell-script.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (script: ShellScript) => createLocalShell().run(script, { timeoutSeconds: 10 });
const path = () => join(folder, "bootstrap.lock");
const lockOf = (holder: string) => createHostLock({ path: path(), holder, staleAfterSeconds: 900 });

describe("the host's lock", () => {
  it("is taken by the first operator, and tells the second who holds it", async () => {
    const first = await run(lockOf("kim's laptop since 10:00").acquire(sh`echo mine`));
    const second = await run(lockOf("lee").acquire(sh`echo mine`));
    expect(first).toMatchObject({ exitCode: 0, stdout: "mine\n" });
    expect(second).toMatchObject({
      exitCode: lockedExitCode,
      stdout: "kim's laptop since 10:00\n",
    });
  });

  it("is taken by exactly one of many who try at once", async () => {
    const tries = Array.from({ length: 8 }, (_, index) =>
      run(lockOf(`operator ${index}`).acquire(sh`echo mine`)),
    );
    const won = (await Promise.all(tries)).filter(({ exitCode }) => exitCode === 0);
    expect(won).toHaveLength(1);
  });

  it("can be taken again by the run that holds it, and by others after its release", async () => {
    const mine = lockOf("kim");
    await run(mine.acquire(sh`true`));
    expect(await run(mine.acquire(sh`true`))).toMatchObject({ exitCode: 0 });
    await run(mine.release());
    expect(await run(lockOf("lee").acquire(sh`true`))).toMatchObject({ exitCode: 0 });
  });

  it("is not released by somebody who does not hold it", async () => {
    await run(lockOf("kim").acquire(sh`true`));
    await run(lockOf("lee").release());
    expect(await run(lockOf("lee").acquire(sh`true`))).toMatchObject({ exitCode: lockedExitCode });
  });

  it("is taken over when it was abandoned, and its former holder changes nothing any more", async () => {
    const abandoned = lockOf("kim");
    await run(abandoned.acquire(sh`true`));
    const longAgo = new Date(Date.now() - 3_600_000);
    lutimesSync(path(), longAgo, longAgo);
    expect(await run(lockOf("lee").acquire(sh`true`))).toMatchObject({ exitCode: 0 });
    const late = await run(abandoned.guard(sh`touch ${join(folder, "changed")}`));
    expect(late).toMatchObject({ exitCode: lockedExitCode, stdout: "lee\n" });
    expect(existsSync(join(folder, "changed"))).toBe(false);
  });
});
