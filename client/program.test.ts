import { describe, expect, it } from "vitest";
import { farewellMilliseconds } from "./program.ts";
import { createInMemoryServices, password } from "./testing/in-memory-services.ts";
import { entriesOf, started, textsOf } from "./testing/started-program.ts";

describe("the program", () => {
  it("signs in, connects and answers", async () => {
    const services = createInMemoryServices();
    const { program, type, key, signIn } = started(services);
    await signIn();
    type("forecast, please");
    key("enter");
    await expect
      .poll(() => entriesOf(program.model()))
      .toMatchObject([
        { kind: "question", text: "forecast, please" },
        { kind: "tool", tool: "get_forecast", state: "ok", durationMilliseconds: 84 },
        { kind: "answer", isGrowing: false },
      ]);
    expect(services.log).toEqual(["signed in demo", "connected", "conversation"]);
  });

  it("strips control characters from what is typed and pasted", () => {
    const { program, type } = started(createInMemoryServices());
    type("de\x1b[31mmo\u202e");
    program.send({ type: "pasted", text: "\x9b31m\tx" });
    const { phase } = program.model();
    expect(phase.name === "sign_in" && phase.form.fields[0]?.editor.text).toBe("demo  x");
  });

  it("strips control characters from every text that a server or a tool sends", async () => {
    const nasty = "n\x1b]52;c;cHduZWQ=\x07a\x9b31mm\u202ee";
    const services = createInMemoryServices({
      tools: [
        {
          name: nasty,
          description: nasty,
          inputSchema: {},
          readOnly: false,
          destructive: false,
        },
      ],
    });
    const { program, signIn } = started({
      ...services,
      async connect(tokens) {
        const connection = await services.connect(tokens);
        return { ...connection, serverName: nasty, serverVersion: nasty };
      },
      createConversation: () => ({
        exchanges: () => [],
        modelId: () => "model-1",
        async *retry() {},
        async *ask() {
          const call = { id: "1", name: nasty, arguments: { [nasty]: nasty } };
          yield { type: "tool_call", ...call };
          yield {
            type: "tool_result",
            id: "1",
            name: nasty,
            outcome: "error",
            text: nasty,
            durationMilliseconds: 1,
          };
          yield { type: "notice", text: { en: nasty, ko: nasty } };
          // A sequence that is cut in two pieces is one all the same.
          yield { type: "text", text: "a\x1b]52;c;cHdu" };
          yield { type: "text", text: "ZWQ=\x07b" };
        },
      }),
    });
    await signIn();
    program.send({ type: "typed", text: "hello" });
    program.send({ type: "key", key: "enter" });
    await expect.poll(() => entriesOf(program.model()).at(-1)).toMatchObject({ source: "ab" });
    for (const text of textsOf(program.model())) {
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
    }
    const tool = entriesOf(program.model()).find(({ kind }) => kind === "tool");
    // Someone may have to decide about an argument: nothing of it is left out.
    const whole = '"n\\u001b]52;c;cHduZWQ=\\u0007a\\u009b31mm\\u202ee"';
    expect(tool).toMatchObject({ tool: "name", arguments: [{ name: "name", value: whole }] });
  });

  it("asks about every tool of a turn, and tells the agent what was decided", async () => {
    const decided: boolean[] = [];
    const services = createInMemoryServices();
    const tool = services.createConversation;
    const { program, type, signIn } = started({
      ...services,
      createConversation: (connection) => ({
        ...tool(connection),
        async *ask(_question, { approve }) {
          const [, , note] = connection.tools();
          if (note === undefined) throw new Error("no tool");
          const calls = ["1", "2"].map((id) => ({ id, name: note.name, arguments: {} }));
          decided.push(...(await Promise.all(calls.map((call) => approve(call, note)))));
          yield { type: "text", text: "done" };
        },
      }),
    });
    await signIn();
    type("hello");
    program.send({ type: "key", key: "enter" });
    const waiting = () => {
      const { phase } = program.model();
      return phase.name === "conversation" ? phase.approvals.length : 0;
    };
    await expect.poll(waiting).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 450));
    type("y");
    await new Promise((resolve) => setTimeout(resolve, 450));
    type("n");
    await expect.poll(() => decided).toEqual([true, false]);
  });

  it("takes up a sign-in that is kept, and leaves it as it is when the user leaves", async () => {
    const services = createInMemoryServices({ keptUser: "demo" });
    const { program } = started(services);
    await expect.poll(() => program.model().phase.name).toBe("conversation");
    await program.dispose();
    expect(services.log).not.toContain("signed out demo");
  });

  it("throws away what an attempt comes to that was given up, and revokes its tokens", async () => {
    const services = createInMemoryServices({ pace: 50 });
    const { program, type, key } = started(services);
    type("demo");
    key("enter");
    type(password);
    key("enter");
    key("escape");
    await expect.poll(() => services.log).toEqual(["signed in demo", "signed out demo"]);
    expect(program.model().phase.name).toBe("sign_in");
  });

  it("closes a session that opens after the user has given up", async () => {
    const services = createInMemoryServices({ pace: 50 });
    const { program, type, key } = started(services);
    type("demo");
    key("enter");
    type(password);
    key("enter");
    await expect.poll(() => program.model().phase.name).toBe("connecting");
    key("escape");
    await expect.poll(() => services.log).toContain("closed");
    expect(services.open).toEqual({ sessions: 0, tokens: 0 });
    expect(program.model().phase.name).toBe("sign_in");
  });

  it("closes the session before it revokes the tokens that closing takes", async () => {
    const services = createInMemoryServices();
    const { type, key, signIn } = started(services);
    await signIn();
    type("/logout");
    key("enter");
    await expect.poll(() => services.log.slice(-2)).toEqual(["closed", "signed out demo"]);
  });

  it("starts a new conversation with /new, on the same session", async () => {
    const services = createInMemoryServices();
    const { type, key, signIn } = started(services);
    await signIn();
    type("/new");
    key("enter");
    expect(services.log.slice(1)).toEqual(["connected", "conversation", "conversation"]);
  });

  it("says where to go on when the server asks for more scope", async () => {
    const services = createInMemoryServices();
    let onStepUp: ((url: string) => boolean) | undefined;
    const { program, signIn } = started({
      ...services,
      connect(tokens, observers) {
        onStepUp = observers?.onStepUp;
        return services.connect(tokens, observers);
      },
    });
    await signIn();
    expect(onStepUp?.("https://as.example/authorize?scope=more")).toBe(true);
    expect(JSON.stringify(program.model())).toContain(
      "none has opened: https://as.example/authorize?scope=more",
    );
    await program.dispose();
    expect(onStepUp?.("https://as.example/authorize")).toBe(false);
  });

  it("does not wait for far ends that hang when it is left", async () => {
    const services = createInMemoryServices();
    const hanging = () => new Promise<never>(() => {});
    const { program, signIn } = started({
      ...services,
      async connect(tokens) {
        return { ...(await services.connect(tokens)), close: hanging };
      },
    });
    await signIn();
    const startedAt = performance.now();
    await program.dispose();
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThan(farewellMilliseconds - 100);
    expect(took).toBeLessThan(farewellMilliseconds + 500);
  });

  it("takes no message once it is disposed of", async () => {
    const { program, type, exits, key } = started(createInMemoryServices());
    await program.dispose();
    const before = program.model();
    type("x");
    key("end-of-input");
    expect(program.model()).toBe(before);
    expect(exits()).toBe(0);
  });
});
