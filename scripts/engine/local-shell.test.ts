import { describe, expect, it } from "vitest";
import { createLocalShell } from "./local-shell.ts";
import { sh } from "./shell-script.ts";

const shell = createLocalShell();

describe("the local shell", () => {
  it("returns exit code and both outputs", async () => {
    const result = await shell.run(sh`echo out; echo err >&2; exit 7`, { timeoutSeconds: 10 });
    expect(result).toEqual({ exitCode: 7, stdout: "out\n", stderr: "err\n" });
  });

  it("cancels a script that runs for too long, and what it started", async () => {
    const startedAt = performance.now();
    await expect(shell.run(sh`sleep 30 & sleep 30`, { timeoutSeconds: 0.2 })).rejects.toMatchObject(
      { code: "command_timed_out" },
    );
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("cancels a script when its signal aborts", async () => {
    const running = shell.run(sh`sleep 30`, {
      timeoutSeconds: 60,
      signal: AbortSignal.timeout(100),
    });
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
  });

  it("says that a host whose shell cannot be started is unreachable", async () => {
    const absent = createLocalShell(["/nonexistent/sh"]);
    await expect(absent.run(sh`true`, { timeoutSeconds: 5 })).rejects.toMatchObject({
      code: "host_unreachable",
    });
  });
});
