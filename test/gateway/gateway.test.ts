import { existsSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// Servers of other people behind this one: real processes, real sessions, real tokens.

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    shared: stdioEntry({}, { GREETING: "hello" }),
    own: stdioEntry({ process: "per-user", identity: "environment", auditArguments: true }),
    staff: stdioEntry({ groups: ["staff"] }),
    scoped: stdioEntry({
      groups: ["user"],
      scope: "mcp-auth/demo:read",
      tools: { fail: { groups: ["admin"] }, faill: { groups: ["admin"] } },
    }),
    broken: { command: "/no/such/program" },
    homeless: { command: process.execPath, cwd: "/no/such/folder" },
    dying: { command: process.execPath, args: ["-e", "process.exit(1)"] },
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

async function toolNames(client: Awaited<ReturnType<GatewayUnderTest["user"]>>) {
  return (await client.listTools()).tools.map(({ name }) => name);
}

describe("what is listed", () => {
  it("is what the upstreams offer, under their names, beside the server's own tools", async () => {
    const names = await toolNames(await gateway.user("kim"));
    expect(names).toEqual(expect.arrayContaining(["whoami", "shared.echo", "own.echo"]));
  });

  it("leaves out servers and tools that are another group's", async () => {
    const names = await toolNames(await gateway.user("kim"));
    expect(names.filter((name) => name.startsWith("staff."))).toEqual([]);
    expect(names).toContain("scoped.echo");
    expect(names).not.toContain("scoped.fail");
    expect(await toolNames(await gateway.user("lee", { groups: ["staff"] }))).toContain(
      "staff.echo",
    );
    expect(gateway.server.logLines.join("")).toMatch(
      /"upstream":"scoped","tools":\["faill"\],"msg":"rules for tools that are not listed"/,
    );
  });

  it("does without a server that cannot be started, and says in the health that it fails", async () => {
    const client = await gateway.user("kim");
    expect((await toolNames(client)).some((name) => name.startsWith("broken."))).toBe(false);
    const health = await (await fetch(`${gateway.server.base}/health`)).json();
    expect(health).toMatchObject({
      status: "ok",
      servers: { shared: "running", broken: "failing", homeless: "failing" },
    });
    const log = gateway.server.logLines.join("");
    expect(log).toContain("spawn /no/such/program ENOENT");
    expect(log).toContain("There is no folder /no/such/folder");
    await expect(textOf(client, "broken.x")).rejects.toThrow(/broken (failed|has failed)/);
  });
});

describe("a call", () => {
  it("reaches the upstream and comes back", async () => {
    expect(await textOf(await gateway.user("kim"), "shared.echo", { text: "안녕하세요" })).toBe(
      "안녕하세요",
    );
  });

  it("of another group's server is answered as an unknown tool", async () => {
    const client = await gateway.user("kim");
    await expect(textOf(client, "staff.echo", { text: "x" })).rejects.toThrow(
      "Unknown tool: staff.echo",
    );
    await expect(textOf(client, "nobody.echo")).rejects.toThrow("Unknown tool: nobody.echo");
  });

  it("of a tool whose scope the token lacks is 403 with the scope that it needs", async () => {
    const client = await gateway.user("park", { groups: [], scope: "openid" });
    await expect(textOf(client, "scoped.echo", { text: "x" })).rejects.toThrow(
      /insufficient_scope|403|does not allow/,
    );
    const able = await gateway.user("park", { groups: [], scope: "mcp-auth/demo:read" });
    expect(await textOf(able, "scoped.echo", { text: "x" })).toBe("x");
  });

  it("reports progress to the client that waits", async () => {
    const client = await gateway.user("kim");
    const seen: number[] = [];
    await client.callTool({ name: "shared.work" }, undefined, {
      onprogress: ({ progress }) => void seen.push(progress),
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  it("that is cancelled is cancelled in the upstream", async () => {
    const client = await gateway.user("kim");
    const cancel = new AbortController();
    const call = client.callTool({ name: "shared.wait" }, undefined, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 200);
    await expect(call).rejects.toThrow();
    await expect
      .poll(() => gateway.server.logLines.join(""), { timeout: 5_000 })
      .toContain("wait was cancelled");
  });

  it("may ask the user something, and only the one who made the call", async () => {
    const asked: string[] = [];
    const answering = async (subject: string) => {
      const client = await gateway.user(subject, { capabilities: { elicitation: {} } });
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        asked.push(`${subject}: ${params.message}`);
        return { action: "accept", content: { colour: subject } };
      });
      return client;
    };
    const [kim] = [await answering("kim"), await answering("lee")];
    expect(await textOf(kim, "own.ask")).toBe('{"action":"accept","content":{"colour":"kim"}}');
    expect(asked).toEqual(["kim: own: Which colour?"]);
  });

  it("may have the caller's own model asked, where the client lets it", async () => {
    const able = await gateway.user("kim", { capabilities: { sampling: {} } });
    able.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
      model: "m",
      role: "assistant",
      content: { type: "text", text: `asked ${JSON.stringify(params.messages[0]?.content)}` },
    }));
    expect(await textOf(able, "own.sample")).toContain("asked");
    const unable = await gateway.user("lee");
    const { isError, content } = await unable.callTool({ name: "own.sample" });
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toContain("does not support sampling");
  });

  it("of a shared process asks nobody while users of several names wait for it", async () => {
    const cancel = new AbortController();
    const lee = await gateway.user("lee", { capabilities: { elicitation: {} } });
    const waiting = lee.callTool({ name: "shared.wait" }, undefined, { signal: cancel.signal });
    waiting.catch(() => {});
    await sleep(200);
    const kim = await gateway.user("kim", { capabilities: { elicitation: {} } });
    const result = await kim.callTool({ name: "shared.ask" });
    expect(JSON.stringify(result)).toContain("cannot be told which caller");
    // A call that was given up may still ask: its question must not reach whoever calls next.
    cancel.abort();
    await sleep(200);
    const later = await kim.callTool({ name: "shared.ask" });
    expect(JSON.stringify(later)).toContain("cannot be told which caller");
  });

  it("whose result points to a resource points to where this server has it", async () => {
    const client = await gateway.user("kim");
    const { content } = await client.callTool({ name: "shared.link" });
    expect(content).toMatchObject([{ type: "resource_link", uri: "shared+demo://note/1" }]);
    const { contents } = await client.readResource({ uri: "shared+demo://note/1" });
    expect(contents).toEqual([{ uri: "shared+demo://note/1", text: "note 1" }]);
  });
});

describe("prompts, resources and completion", () => {
  it("are offered under the upstream's name", async () => {
    const client = await gateway.user("kim");
    const names = (await client.listPrompts()).prompts.map(({ name }) => name);
    expect(names).toContain("shared.greet");
    const prompt = await client.getPrompt({ name: "shared.greet", arguments: { name: "Kim" } });
    expect(prompt.messages[0]?.content).toMatchObject({ text: "Greet Kim" });
    const uris = (await client.listResources()).resources.map(({ uri }) => uri);
    expect(uris).toContain("shared+demo://fixed");
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
      "shared+demo://note/{id}",
    );
    const { completion } = await client.complete({
      ref: { type: "ref/resource", uri: "shared+demo://note/{id}" },
      argument: { name: "id", value: "1" },
    });
    expect(completion.values).toEqual(["1", "12"]);
  });

  it("stand beside this server's own", async () => {
    const client = await gateway.user("kim");
    const names = (await client.listPrompts()).prompts.map(({ name }) => name);
    expect(names).toContain("weather_briefing");
    const { messages } = await client.getPrompt({ name: "summarize_notes" });
    expect(messages).toHaveLength(2);
    const { contents } = await client.readResource({ uri: "notes:///all" });
    expect(contents).toMatchObject([{ uri: "notes:///all", text: "There are no notes." }]);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain("notes:///{id}");
    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "weather_briefing" },
      argument: { name: "state", value: "W" },
    });
    expect(completion.values).toEqual(["WA", "WV", "WI", "WY"]);
  });

  it("are not there for who may not use the upstream", async () => {
    const client = await gateway.user("kim");
    await expect(
      client.getPrompt({ name: "staff.greet", arguments: { name: "x" } }),
    ).rejects.toThrow("There is none of that name");
    await expect(client.readResource({ uri: "staff+demo://fixed" })).rejects.toThrow(
      "There is none of that name",
    );
  });
});

describe("a resource that is followed", () => {
  const uri = "own+demo://fixed";
  const following = async (subject: string, followed = uri) => {
    const client = await gateway.user(subject);
    const told: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      told.push(params.uri);
    });
    await client.subscribeResource({ uri: followed });
    return { client, told };
  };
  const followedBy = async (client: Awaited<ReturnType<GatewayUnderTest["user"]>>) =>
    JSON.parse(await textOf(client, "own.followed"));

  it("is told to its followers when it changes, and not to another user", async () => {
    const [kim, lee] = [await following("kim"), await following("lee")];
    await textOf(kim.client, "own.touch");
    await expect.poll(() => kim.told, { timeout: 10_000 }).toEqual([uri]);
    expect(lee.told).toEqual([]);
    await kim.client.unsubscribeResource({ uri });
    expect(await followedBy(kim.client)).toEqual([]);
    await lee.client.unsubscribeResource({ uri });
  });

  it("is followed in the upstream until the last session of the user ends", async () => {
    const [one, other] = [await following("kim"), await following("kim")];
    await (one.client.transport as StreamableHTTPClientTransport).terminateSession();
    expect(await followedBy(other.client)).toEqual(["demo://fixed"]);
    await (other.client.transport as StreamableHTTPClientTransport).terminateSession();
    const later = await gateway.user("kim");
    await expect.poll(() => followedBy(later), { timeout: 10_000 }).toEqual([]);
  });

  it("is followed again after the process has crashed", async () => {
    const { client, told } = await following("crash-follower");
    await expect(textOf(client, "own.crash")).rejects.toThrow();
    await expect
      .poll(() => textOf(client, "own.touch").catch(String), { timeout: 15_000, interval: 300 })
      .toBe("touched");
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([uri]);
  });

  it("is followed again after the entry of its server has changed, or was away", async () => {
    const changing = await startGateway({ own: stdioEntry() });
    const client = await changing.user("kim");
    const told: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      told.push(params.uri);
    });
    await client.subscribeResource({ uri });
    changing.rewrite({ mcpServers: { other: stdioEntry() } });
    const isThere = async () => (await toolNames(client)).includes("own.touch");
    await expect.poll(isThere, { timeout: 15_000 }).toBe(false);
    changing.rewrite({ mcpServers: { own: stdioEntry({}, { GREETING: "changed" }) } });
    await expect.poll(isThere, { timeout: 15_000 }).toBe(true);
    expect(await textOf(client, "own.touch")).toBe("touched");
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([uri]);
    await changing.stop();
  }, 60_000);

  it("is refused where there is none, or none for this user", async () => {
    await expect(following("kim", "own+demo://none")).rejects.toThrow("Resource not found");
    await expect(following("kim", "staff+demo://fixed")).rejects.toThrow("none of that name");
    await expect(following("kim", "note://1")).rejects.toThrow("cannot be followed");
  });
});

describe("two users", () => {
  it("each have a process where the entry says so, and share one where it does not", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    const processOf = async (client: typeof kim, name: string) =>
      JSON.parse(await textOf(client, name)).process;
    expect(await processOf(kim, "own.count")).not.toBe(await processOf(lee, "own.count"));
    expect(await processOf(kim, "shared.count")).toBe(await processOf(lee, "shared.count"));
  });

  it("each have a folder of their own, which is there again the next time", async () => {
    const folderOf = async (subject: string) =>
      JSON.parse(await textOf(await gateway.user(subject), "own.folder"));
    const [kim, lee] = [await folderOf("kim"), await folderOf("lee")];
    expect(kim.args).toEqual([kim.cwd]);
    expect(kim.cwd).not.toBe(lee.cwd);
    expect(await folderOf("kim")).toEqual(kim);
    expect(statSync(kim.cwd).mode & 0o777).toBe(0o700);
  });

  it("are each listed what the upstream has for them alone", async () => {
    const mineOf = async (subject: string) => {
      const { resources } = await (await gateway.user(subject)).listResources();
      return resources.map(({ uri }) => uri).filter((uri) => uri.startsWith("own+demo://mine"));
    };
    expect(await mineOf("kim")).toEqual(["own+demo://mine/kim"]);
    expect(await mineOf("lee")).toEqual(["own+demo://mine/lee"]);
  });

  it("read their own log messages alone", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    // The same user, through a client that was not given the tools of that server.
    const limited = await gateway.user("kim", { groups: [], scope: "mcp-auth/weather:read" });
    const heard: string[] = [];
    for (const [client, name] of [
      [kim, "kim"],
      [lee, "lee"],
      [limited, "limited"],
    ] as const) {
      client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
        heard.push(`${name} ${params.logger} ${params.data}`);
      });
    }
    await textOf(kim, "own.say");
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(["kim own.mouth said"]);
  });
});

describe("an administrator", () => {
  it("sees how many processes each server has", async () => {
    const admin = await gateway.user("chief", { groups: ["admin"] });
    await textOf(admin, "shared.count");
    const { structuredContent } = await admin.callTool({ name: "host_status" });
    expect(structuredContent).toMatchObject({
      servers: { shared: { state: "running", processes: 1 }, staff: { state: expect.any(String) } },
    });
  });
});

describe("what a process is told", () => {
  it("is its own environment and, where asked for, its user; nothing of the server's", async () => {
    const environment = JSON.parse(
      await textOf(await gateway.user("kim", { groups: ["user", "ops"] }), "own.environment"),
    );
    expect(environment).toMatchObject({ CLEANAUTH_SUBJECT: "kim", CLEANAUTH_USERNAME: "kim" });
    const shared = JSON.parse(await textOf(await gateway.user("kim"), "shared.environment"));
    expect(shared).toMatchObject({ GREETING: "hello" });
    const usual = /^(HOME|LOGNAME|PATH|SHELL|TERM|USER|GREETING|PWD|SHLVL|_)$/;
    expect(Object.keys(shared).filter((name) => !usual.test(name))).toEqual([]);
    expect(JSON.stringify([environment, shared])).not.toMatch(/eyJ|Bearer/);
  });
});

describe("a process that", () => {
  it("crashes fails its caller alone, and is started again", async () => {
    const [kim, lee] = [await gateway.user("crash-kim"), await gateway.user("crash-lee")];
    const before = JSON.parse(await textOf(lee, "own.count"));
    await expect(textOf(kim, "own.crash")).rejects.toThrow(/own ended while it was answering/);
    await expect(textOf(kim, "own.count")).rejects.toThrow(/own has failed; it is started again/);
    expect(JSON.parse(await textOf(lee, "own.count")).process).toBe(before.process);
    await expect
      .poll(() => textOf(kim, "own.count").catch(String), { timeout: 15_000, interval: 300 })
      .toContain("process");
  });

  it("never gets ready is started again after a delay that grows", async () => {
    const client = await gateway.user("kim");
    const waits: number[] = [];
    const look = async () => {
      const said = await textOf(client, "dying.x").catch(String);
      const [, seconds] = /started again in (\d+) s/.exec(said) ?? [];
      if (seconds !== undefined && Number(seconds) > (waits.at(-1) ?? 0))
        waits.push(Number(seconds));
      return waits.length;
    };
    // Half a second, one, two, four; told in whole seconds.
    await expect.poll(look, { timeout: 40_000, interval: 100 }).toBeGreaterThanOrEqual(2);
    expect(await textOf(client, "shared.echo", { text: "others" })).toBe("others");
  }, 60_000);

  it("writes what is no message is logged and goes on", async () => {
    expect(await textOf(await gateway.user("kim"), "shared.noise")).toBe("noise made");
    await expect
      .poll(() => gateway.server.logLines.join(""), { timeout: 5_000 })
      .toContain("this is no message");
  });

  it("has another tool than before says so to the clients", async () => {
    const client = await gateway.user("grow-kim");
    await textOf(client, "own.count");
    const told: string[] = [];
    client.setNotificationHandler(ToolListChangedNotificationSchema, ({ method }) => {
      told.push(method);
    });
    await textOf(client, "own.grow");
    await expect.poll(() => told.length, { timeout: 5_000 }).toBeGreaterThan(0);
  });
});

describe("the audit log", () => {
  it("says who called what, when, for how long and with which outcome", async () => {
    const client = await gateway.user("audited");
    await textOf(client, "shared.echo", { text: "a secret" });
    await textOf(client, "own.echo", { text: "not secret" });
    await textOf(client, "own.fail");
    const lines = gateway.auditLog().filter(({ subject }) => subject === "audited");
    expect(lines).toMatchObject([
      { upstream: "shared", tool: "echo", outcome: "done", milliseconds: expect.any(Number) },
      { upstream: "own", tool: "echo", outcome: "done", arguments: { text: "not secret" } },
      { upstream: "own", tool: "fail", outcome: "failed" },
    ]);
    expect(JSON.stringify(lines)).not.toContain("a secret");
  });

  it("says whose token lacked the scope of a tool", async () => {
    const client = await gateway.user("scopeless", { groups: [], scope: "openid" });
    await expect(textOf(client, "scoped.echo", { text: "x" })).rejects.toThrow();
    expect(gateway.auditLog().filter(({ subject }) => subject === "scopeless")).toMatchObject([
      { upstream: "scoped", tool: "echo", outcome: "denied" },
    ]);
  });

  it("says who tried what is not theirs, and the caller learns no more than of a tool that is not there", async () => {
    const client = await gateway.user("curious");
    await expect(textOf(client, "staff.echo", { text: "x" })).rejects.toThrow("Unknown tool");
    await expect(textOf(client, "scoped.fail")).rejects.toThrow("Unknown tool");
    await expect(textOf(client, "nobody.echo")).rejects.toThrow("Unknown tool");
    expect(gateway.auditLog().filter(({ subject }) => subject === "curious")).toMatchObject([
      { username: "curious", upstream: "staff", tool: "echo", outcome: "denied" },
      { username: "curious", upstream: "scoped", tool: "fail", outcome: "denied" },
    ]);
  });
});

describe("the servers file", () => {
  it("is read again when it changes; one with mistakes changes nothing", async () => {
    const changing = await startGateway({ one: stdioEntry(), two: stdioEntry() });
    try {
      const client = await changing.user("kim");
      const before = JSON.parse(await textOf(client, "one.count"));
      const process = JSON.parse(await textOf(client, "two.count")).process;
      const cancel = new AbortController();
      let underWay = 0;
      const onprogress = () => {
        underWay += 1;
      };
      const { signal } = cancel;
      const goesOn = client.callTool({ name: "one.wait" }, undefined, { signal, onprogress });
      const ends = client.callTool({ name: "two.wait" }, undefined, { onprogress });
      for (const call of [goesOn, ends]) call.catch(() => {});
      await expect.poll(() => underWay, { timeout: 15_000 }).toBe(2);
      changing.rewrite({ mcpServers: { one: stdioEntry(), three: stdioEntry() } });
      await expect
        .poll(async () => (await toolNames(client)).includes("three.echo"), { timeout: 15_000 })
        .toBe(true);
      await expect(ends).rejects.toThrow("two ended while it was answering");
      expect(await Promise.race([goesOn, sleep(200, "is under way")])).toBe("is under way");
      cancel.abort();
      expect(JSON.parse(await textOf(client, "one.count")).process).toBe(before.process);
      await expect.poll(() => existsSync(`/proc/${process}`), { timeout: 10_000 }).toBe(false);
      changing.rewrite({ mcpServers: { one: {} } });
      await expect
        .poll(() => changing.server.logLines.join(""), { timeout: 5_000 })
        .toContain("either a command or a url");
      expect(await textOf(client, "three.echo", { text: "still there" })).toBe("still there");
    } finally {
      await changing.stop();
    }
  }, 60_000);
});
