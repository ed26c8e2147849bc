import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalShell } from "../engine/local-shell.ts";
import { type FollowOptions, followLogs } from "./follow-logs.ts";

// The scripts run with this machine's sh, on real files that are rotated as logrotate does it.

let folder: string;
let server: string;
let stop: AbortController;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-logs it's-"));
  server = join(folder, "server.log");
  stop = new AbortController();
});

afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

function record(time: string, msg: string): string {
  return `${JSON.stringify({ level: "info", time: `2026-11-23T${time}.000Z`, msg })}\n`;
}

function follow(options: Partial<FollowOptions> = {}) {
  return followLogs(createLocalShell(), {
    files: [{ name: "server", path: server }],
    since: 20,
    follows: true,
    waitSeconds: 5,
    signal: stop.signal,
    ...options,
  });
}

async function firstLook(options: Partial<FollowOptions> = {}) {
  const all: string[] = [];
  for await (const { lines } of follow({ ...options, follows: false })) all.push(...lines);
  return all;
}

/** The next lines, or a failure of the test. */
async function next(logs: ReturnType<typeof follow>): Promise<readonly string[]> {
  const { value } = await logs.next();
  if (value === undefined) throw new Error("the logs have ended");
  return value.lines;
}

describe("the first look at a log", () => {
  it("shows the last lines", async () => {
    writeFileSync(server, "one\ntwo\nthree\n");
    expect(await firstLook({ since: 2 })).toEqual(["two", "three"]);
  });

  it("shows what was written since an instant, with the lines that have no time", async () => {
    writeFileSync(
      server,
      `${record("12:59:59", "before")}    at before\n${record("13:00:00", "한국어")}    at x\n`,
    );
    const lines = await firstLook({ since: new Date("2026-11-23T13:00:00Z") });
    expect(lines).toEqual([record("13:00:00", "한국어").trimEnd(), "    at x"]);
  });

  it("goes back into files that were rotated and compressed, the oldest first", async () => {
    const rotated = [
      [`${server}.3`, "09:00:00"],
      [`${server}.2`, "10:30:00"],
      [`${server}.1`, "11:00:00"],
    ] as const;
    for (const [path, time] of rotated) {
      writeFileSync(path, record(time, time));
      const instant = new Date(`2026-11-23T${time}Z`);
      utimesSync(path, instant, instant);
    }
    execFileSync("gzip", [`${server}.2`]);
    writeFileSync(server, record("12:00:00", "12:00:00"));
    const lines = await firstLook({ since: new Date("2026-11-23T10:00:00Z") });
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["10:30:00", "11:00:00", "12:00:00"]);
  });

  it("shows nothing of a log that is not there beside one that is", async () => {
    writeFileSync(server, "here\n");
    const files = [
      { name: "client", path: join(folder, "client.log") },
      { name: "server", path: server },
    ];
    expect(await firstLook({ files })).toEqual(["here"]);
  });

  it("leads to make bootstrap when there is no log at all", async () => {
    await expect(firstLook()).rejects.toMatchObject({ code: "host_logs_missing" });
  });

  it("keeps every byte: invalid UTF-8, NUL and quotes do not break the transport", async () => {
    writeFileSync(server, Buffer.from([0x27, 0x22, 0x00, 0xff, 0x24, 0x28, 0x60, 0x0a]));
    expect(await firstLook()).toEqual([`'"\0\ufffd$(\``]);
  });
});

describe("following a log", () => {
  it("shows lines as they are written, each once and whole", async () => {
    writeFileSync(server, "one\n");
    const logs = follow();
    expect(await next(logs)).toEqual(["one"]);
    appendFileSync(server, "two\nthr");
    expect(await next(logs)).toEqual(["two"]);
    appendFileSync(server, "ee\n");
    expect(await next(logs)).toEqual(["three"]);
  });

  it("shows what was written before a rotation, then goes on in the new file", async () => {
    writeFileSync(server, "one\n");
    const logs = follow();
    expect(await next(logs)).toEqual(["one"]);
    appendFileSync(server, "two\nunfinished");
    renameSync(server, `${server}.1`);
    writeFileSync(server, "three\n");
    expect(await next(logs)).toEqual(["two"]);
    expect(await next(logs)).toEqual(["unfinished", "three"]);
    appendFileSync(server, "four\n");
    expect(await next(logs)).toEqual(["four"]);
  });

  it("starts again when the file was emptied", async () => {
    writeFileSync(server, "one\ntwo\n");
    const logs = follow();
    await next(logs);
    truncateSync(server);
    appendFileSync(server, "new\n");
    expect(await next(logs)).toEqual(["new"]);
  });

  it("notices a log that was not there at first", async () => {
    writeFileSync(server, "one\n");
    const client = join(folder, "client.log");
    const logs = follow({
      files: [
        { name: "server", path: server },
        { name: "client", path: client },
      ],
    });
    await next(logs);
    writeFileSync(client, "hello\n");
    expect((await logs.next()).value).toMatchObject({ name: "client", lines: ["hello"] });
  });

  it("brings much at once in several looks, without losing a line", async () => {
    writeFileSync(server, "start\n");
    const logs = follow();
    await next(logs);
    const many = Array.from({ length: 30_000 }, (_, index) => `line ${index} ${"x".repeat(20)}`);
    appendFileSync(server, `${many.join("\n")}\n`);
    renameSync(server, `${server}.1`);
    writeFileSync(server, "end\n");
    const seen: string[] = [];
    while (seen.at(-1) !== "end") seen.push(...(await next(logs)));
    expect(seen).toEqual([...many, "end"]);
  });

  it("ends when it is told to", async () => {
    writeFileSync(server, "one\n");
    const logs = follow();
    await next(logs);
    setTimeout(() => stop.abort(), 100);
    await expect(logs.next()).rejects.toMatchObject({ code: "interrupted" });
  });
});
