import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineEvent } from "./event.ts";
import { fact } from "./fact.ts";
import { createHostLock } from "./host-lock.ts";
import { createLocalShell } from "./local-shell.ts";
import { defineRole, type Operation, type Play } from "./operation.ts";
import { type ReconcileOptions, reconcile, requireSuccess } from "./reconcile.ts";
import type { Host, Shell } from "./shell.ts";
import { type ShellScript, sh } from "./shell-script.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-reconcile-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Facts = { setting: string; log: string };

/** A service with one setting, which has to be restarted to see it. */
function servicePlay(wanted: string, more: Partial<Operation<Facts>> = {}): Play {
  const setting = join(folder, "setting");
  const log = join(folder, "restarts");
  const role = defineRole({
    name: "service",
    facts: {
      setting: fact(sh`cat ${setting}`, (output) => output),
      log: fact(sh`cat ${log}`, (output) => output),
    },
    operations: [
      {
        name: "setting is written",
        notifies: ["restart"],
        decide: (facts) =>
          facts.setting === wanted
            ? { kind: "ok" }
            : {
                kind: "change",
                command: sh`printf '%s' ${wanted} > ${setting}`,
                files: [{ path: setting, before: facts.setting, after: wanted }],
              },
        ...more,
      },
      {
        name: "runs with the setting",
        notifies: ["restart"],
        decide: (facts) =>
          facts.log.endsWith(`${wanted}\n`) ? { kind: "ok" } : { kind: "change" },
      },
    ],
    handlers: [{ name: "restart", command: sh`cat ${setting} >> ${log}; echo >> ${log}` }],
  });
  return { name: "services", roles: [role] };
}

/** The local shell, which remembers what it ran. */
function observedShell(): Shell & { ran: string[] } {
  const ran: string[] = [];
  const shell = createLocalShell();
  return {
    ran,
    run(script, options) {
      ran.push(script.text);
      return shell.run(script, options);
    },
  };
}

async function run(play: Play, hosts: readonly Host[], options: Partial<ReconcileOptions> = {}) {
  const events: EngineEvent[] = [];
  const result = await reconcile(play, hosts, {
    report: (event) => events.push(event),
    ...options,
  });
  const outcomes = events.flatMap((event) =>
    event.type === "task_ended" ? [`${event.host} ${event.task} ${event.outcome}`] : [],
  );
  return { ...result, events, outcomes };
}

const restarts = () => readFileSync(join(folder, "restarts"), "utf8");

describe("a run", () => {
  it("brings a host into the declared state; the next one changes nothing with one command", async () => {
    const first = await run(servicePlay("a"), [{ name: "h", shell: createLocalShell() }]);
    expect(first.recap.h).toMatchObject({ changed: 3, failed: 0 });
    const shell = observedShell();
    const second = await run(servicePlay("a"), [{ name: "h", shell }]);
    expect(second.recap.h).toEqual({ ok: 3, changed: 0, failed: 0, skipped: 0, unreachable: 0 });
    expect(shell.ran).toHaveLength(1);
  });

  it("runs a handler once at the end, however many operations notified it", async () => {
    const { outcomes } = await run(servicePlay("a"), [{ name: "h", shell: createLocalShell() }]);
    expect(restarts()).toBe("a\n");
    expect(outcomes.slice(-3)).toEqual([
      "h Verifying Facts ok",
      "h service : restart changed",
      "h Verifying Facts ok",
    ]);
  });

  it("runs no handler when nothing changed", async () => {
    await run(servicePlay("a"), [{ name: "h", shell: createLocalShell() }]);
    await run(servicePlay("a"), [{ name: "h", shell: createLocalShell() }]);
    expect(restarts()).toBe("a\n");
  });

  it("converges after one that ended before its handlers", async () => {
    writeFileSync(join(folder, "setting"), "a");
    await run(servicePlay("a"), [{ name: "h", shell: createLocalShell() }]);
    expect(restarts()).toBe("a\n");
  });

  it("with --check sends the command that reads, alone, and shows what would change", async () => {
    writeFileSync(join(folder, "setting"), "old");
    const shell = observedShell();
    const { recap, events } = await run(servicePlay("new"), [{ name: "h", shell }], {
      check: true,
      lock: createHostLock({ path: join(folder, "lock"), holder: "me", staleAfterSeconds: 60 }),
    });
    expect(recap.h).toMatchObject({ changed: 2, skipped: 1 });
    expect(shell.ran).toHaveLength(1);
    expect(readFileSync(join(folder, "setting"), "utf8")).toBe("old");
    expect(events).toContainEqual(
      expect.objectContaining({
        files: [expect.objectContaining({ before: "old", after: "new" })],
      }),
    );
  });

  it("fails when an operation ran without error and the host still differs", async () => {
    const play = servicePlay("a", { decide: () => ({ kind: "change", command: sh`true` }) });
    const { recap, events, failed } = await run(play, [{ name: "h", shell: createLocalShell() }]);
    expect(recap.h).toMatchObject({ failed: 1 });
    expect(failed).toBe(true);
    expect(events).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: "host_still_differs" }) }),
    );
    expect(existsSync(join(folder, "restarts"))).toBe(false);
  });

  it("stops a host at its first failure, says what the command said, and leaves handlers alone", async () => {
    const play = servicePlay("a", {
      decide: () => ({ kind: "change", command: sh`echo "disk full" >&2; exit 4` }),
    });
    const { outcomes, events } = await run(play, [{ name: "h", shell: createLocalShell() }]);
    expect(outcomes).toEqual(["h Gathering Facts ok", "h service : setting is written failed"]);
    expect(events).toContainEqual(
      expect.objectContaining({
        error: expect.objectContaining({ message: expect.stringContaining("4: disk full") }),
      }),
    );
  });

  it("tries an operation again as often as it may", async () => {
    const tries = join(folder, "tries");
    const wanted = sh`echo >> ${tries}; [ $(wc -l < ${tries}) -ge 3 ] && printf a > ${join(folder, "setting")}`;
    const play = servicePlay("a", {
      retries: 2,
      retryDelaySeconds: 0.01,
      decide: ({ setting }) =>
        setting === "a" ? { kind: "ok" } : { kind: "change", command: wanted },
    });
    const { recap, events } = await run(play, [{ name: "h", shell: createLocalShell() }]);
    expect(recap.h).toMatchObject({ failed: 0 });
    expect(events.filter(({ type }) => type === "task_retried")).toHaveLength(2);
  });

  it("gives up an operation that takes longer than it may", async () => {
    const play = servicePlay("a", {
      timeoutSeconds: 0.2,
      decide: () => ({ kind: "change", command: sh`sleep 20` }),
    });
    const { events } = await run(play, [{ name: "h", shell: createLocalShell() }]);
    expect(events).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: "command_timed_out" }) }),
    );
  });
});

describe("several hosts", () => {
  const gone: Shell = {
    run: () => Promise.reject(new AppError("host_unreachable", "It is gone", "Start it.")),
  };

  it("go on when one cannot be reached, and the run as a whole has failed", async () => {
    const hosts = [
      { name: "gone", shell: gone },
      { name: "there", shell: createLocalShell() },
    ];
    const { recap, failed } = await run(servicePlay("a"), hosts);
    expect(recap.gone).toMatchObject({ unreachable: 1, ok: 0 });
    expect(recap.there).toMatchObject({ failed: 0, changed: 3 });
    expect(failed).toBe(true);
  });

  it("are worked on at once, but no more of them than there are forks", async () => {
    let now = 0;
    let most = 0;
    const counting: Shell = {
      async run(script: ShellScript, options) {
        now += 1;
        most = Math.max(most, now);
        const result = await createLocalShell().run(script, options);
        now -= 1;
        return result;
      },
    };
    const hosts = Array.from({ length: 6 }, (_, index) => ({ name: `h${index}`, shell: counting }));
    await run(servicePlay("a"), hosts, { forks: 3, check: true });
    expect(most).toBe(3);
  });
});

describe("the lock", () => {
  const lockOf = (holder: string) =>
    createHostLock({ path: join(folder, "lock"), holder, staleAfterSeconds: 60 });

  it("keeps a second operator out and tells him who is at work", async () => {
    await createLocalShell().run(lockOf("kim").acquire(sh`true`), { timeoutSeconds: 5 });
    const { events, recap } = await run(
      servicePlay("a"),
      [{ name: "h", shell: createLocalShell() }],
      { lock: lockOf("lee") },
    );
    expect(recap.h).toMatchObject({ failed: 1, changed: 0 });
    expect(events).toContainEqual(
      expect.objectContaining({
        error: expect.objectContaining({
          code: "host_locked",
          message: expect.stringContaining("kim"),
        }),
      }),
    );
    expect(existsSync(join(folder, "setting"))).toBe(false);
  });

  it("is released after a run, a failed one too", async () => {
    const play = servicePlay("a", { decide: () => ({ kind: "change", command: sh`false` }) });
    await run(play, [{ name: "h", shell: createLocalShell() }], { lock: lockOf("lee") });
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });
});

describe("an interrupted run", () => {
  it("cancels the command, releases the lock, and says where to go on", async () => {
    const controller = new AbortController();
    const play = servicePlay("a", {
      decide: () => ({ kind: "change", command: sh`sleep 20; touch ${join(folder, "late")}` }),
    });
    setTimeout(() => controller.abort(), 300);
    const result = await run(play, [{ name: "h", shell: createLocalShell() }], {
      signal: controller.signal,
      lock: createHostLock({ path: join(folder, "lock"), holder: "me", staleAfterSeconds: 60 }),
    });
    expect(result.interruptedAt).toBe("service : setting is written");
    expect(existsSync(join(folder, "lock"))).toBe(false);
    expect(existsSync(join(folder, "late"))).toBe(false);
    expect(() => requireSuccess(result, (task) => `make bootstrap # from ${task}`)).toThrowError(
      expect.objectContaining({
        code: "interrupted",
        hint: "Go on with: make bootstrap # from service : setting is written",
      }),
    );
  });
});
