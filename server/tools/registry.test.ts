import { createLogger } from "@cleanauth/common/log.ts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Activity } from "../activity.ts";
import type { Caller } from "../auth/caller.ts";
import { createMetrics } from "../metrics.ts";
import { callTool, demoCaller } from "../testing/tool-caller.ts";
import { createHostStatus } from "./host-status.ts";
import { createToolRegistry, UnknownToolError } from "./registry.ts";
import { defineTool } from "./tool.ts";
import { createWhoami } from "./whoami.ts";

const lines: string[] = [];
const logger = createLogger("server", { write: (line) => void lines.push(line) });

function createTool(name: string, run: (signal: AbortSignal) => Promise<void>) {
  return defineTool({
    name,
    title: name,
    description: name,
    annotations: { readOnlyHint: true },
    access: "signed-in",
    input: z.object({}),
    output: z.object({}),
    async run(_args, _caller, { signal }) {
      await run(signal);
      return { kind: "done", text: "done", structured: {} };
    },
  });
}

const registry = createToolRegistry(
  [
    createWhoami(["signature: good"], () => 1_999_999_000_000),
    createHostStatus(".", () => ({})),
    createTool("broken", async () => {
      throw new Error("the secret of the database");
    }),
    createTool("slow", (signal) => new Promise((_, reject) => (signal.onabort = reject))),
  ],
  { metrics: createMetrics(() => ({})), logger, activity: new Activity() },
);

const neverUsed = () => Promise.reject(new Error("no tool speaks to the client"));

const admin = { ...demoCaller, groups: ["admin"] };

function call(
  name: string,
  args: unknown = {},
  caller = demoCaller,
  signal = AbortSignal.timeout(9e3),
) {
  const client = {
    progressToken: undefined,
    notify: neverUsed,
    request: neverUsed,
    closeStream: neverUsed,
  };
  return registry.call(name, args, { caller, requestId: "request-1", signal, client });
}

describe("the tool registry", () => {
  it("lists a guarded tool to its group alone", async () => {
    const namesFor = async (caller: Caller) => (await registry.list(caller)).map((it) => it.name);
    expect(await namesFor(demoCaller)).not.toContain("host_status");
    expect(await namesFor(admin)).toContain("host_status");
  });

  it("answers a guarded tool as one that does not exist", async () => {
    const errors = await Promise.all(
      ["host_status", "no_such_tool"].map((name) =>
        call(name).catch((error) => ({ ...error, text: error.message.replace(name, "NAME") })),
      ),
    );
    expect(errors[0]).toEqual(errors[1]);
    expect(errors[0]).toMatchObject({ code: -32602, text: "Unknown tool: NAME" });
  });

  it.each(["__proto__", "constructor", "toString", "", "x".repeat(100_000)])(
    "knows no tool %.20s",
    async (name) => {
      await expect(call(name)).rejects.toThrow(UnknownToolError);
      await expect(call(name)).rejects.toThrow(/^Unknown tool: .{0,64}$/);
    },
  );

  it("lets the group call it", async () => {
    const result = await call("host_status", {}, admin);
    expect(result.structuredContent).toMatchObject({ nodeVersion: process.version });
  });

  it("answers wrong arguments as a result that names them", async () => {
    const result = await call("whoami", { verbose: true });
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("verbose: there is no such argument") }],
    });
  });

  it("answers a defect with the request's id alone, and keeps the details for the log", async () => {
    const result = await call("broken");
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).toContain("request-1");
    expect(JSON.stringify(result)).not.toContain("secret of the database");
    expect(lines.join("")).toContain("secret of the database");
  });

  it("takes a call that nobody waits for any more for cancelled, not for a defect", async () => {
    const before = lines.length;
    const controller = new AbortController();
    const result = call("slow", {}, demoCaller, controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(result).rejects.toBeDefined();
    expect(lines.length).toBe(before);
  });

  it("says of each tool what it does to the world", async () => {
    for (const { name, annotations, description, title } of await registry.list(admin)) {
      expect(annotations?.readOnlyHint, name).toBeTypeOf("boolean");
      expect(title && description, name).toBeTruthy();
    }
  });
});

describe("whoami", () => {
  it("says who is signed in, how that was verified and for how long", async () => {
    const tool = createWhoami(["signature: good"], () => 1_999_999_000_000);
    const outcome = await callTool(tool, {});
    expect(outcome).toMatchObject({
      structured: {
        username: "demo",
        groups: ["user"],
        verification: ["signature: good"],
        expiresAt: "2033-05-18T03:33:20.000Z",
        expiresInSeconds: 1000,
      },
    });
    expect(outcome.text).toContain("Signed in as demo");
  });
});

describe("host_status", () => {
  it("measures this machine in the form of its schema", async () => {
    const outcome = await callTool(
      createHostStatus(".", () => ({})),
      {},
      admin,
    );
    expect(outcome.kind).toBe("done");
    expect(outcome.text).toMatch(/Memory \d+\.\d+ GiB free of \d+\.\d+ GiB/);
  });
});
