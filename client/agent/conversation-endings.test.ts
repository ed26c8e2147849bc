import { describe, expect, it } from "vitest";
import { say, stop, wantTools } from "../testing/bedrock-server.ts";
import {
  ask,
  collect,
  expectSound,
  start,
  tool,
  useBedrockServer,
} from "../testing/conversation.ts";

// The unmodified AWS SDK on one side, and a server that says what the test wants on the other.
const bedrock = useBedrockServer();

describe("an answer", () => {
  it("stops soundly when the model asks for tools without end", async () => {
    for (let round = 0; round < 10; round += 1) {
      bedrock().replies.push({ events: wantTools({ id: `t${round}`, name: "read", input: {} }) });
    }
    bedrock().replies.push({ events: say("fine") });
    const { conversation } = start({ tools: [tool("read", { readOnly: true })] });
    const { events, results } = await collect(conversation, "x");
    expect(events.at(-2)).toMatchObject({
      type: "notice",
      text: { en: expect.stringMatching(/10 rounds/), ko: expect.stringMatching(/10차례/) },
    });
    expect(events.at(-1)).toMatchObject({ type: "done", stopReason: "round_limit", rounds: 10 });
    expect(results).toHaveLength(9);
    await collect(conversation, "go on");
    expectSound(bedrock().requests.at(-1)?.body.messages ?? []);
  });

  const endings: [stopReason: string, notice: RegExp | null, isKept: boolean][] = [
    ["end_turn", null, true],
    ["stop_sequence", null, true],
    ["max_tokens", /greatest length/, true],
    ["model_context_window_exceeded", /window/, true],
    ["guardrail_intervened", /guardrail/i, false],
    ["content_filtered", /filter/, false],
    ["something_new", /does not know/, true],
  ];
  it.each(endings)("ends soundly on %s", async (stopReason, notice, isKept) => {
    bedrock().replies.push({ events: say("so far", stopReason) }, { events: say("next") });
    const { conversation } = start();
    const { events } = await collect(conversation, "first");
    const notices = events.flatMap((event) => (event.type === "notice" ? [event.text.en] : []));
    expect(notices).toEqual(notice === null ? [] : [expect.stringMatching(notice)]);
    expect(events.at(-1)).toMatchObject({ type: "done", stopReason });
    await collect(conversation, "second");
    expect(bedrock().requests[1]?.body.messages).toHaveLength(isKept ? 3 : 1);
  });

  it("keeps no tool use that was cut off by the greatest length", async () => {
    const cut = wantTools({ id: "t1", name: "read", input: '{"a' }).slice(0, -2);
    bedrock().replies.push({ events: [...cut, ...stop("max_tokens")] }, { events: say("next") });
    const { conversation } = start({ tools: [tool("read")] });
    await collect(conversation, "first");
    await collect(conversation, "second");
    expect(bedrock().requests[1]?.body.messages[1]).toEqual({
      role: "assistant",
      content: [{ text: "(no answer)" }],
    });
  });

  it("says so when the model says nothing, and leaves nothing empty in the history", async () => {
    bedrock().replies.push({ events: say(" \n") }, { events: say("next") });
    const { conversation } = start();
    const { events } = await collect(conversation, "first");
    expect(events.at(-2)).toMatchObject({
      type: "notice",
      text: { en: expect.stringMatching(/no answer/), ko: expect.stringMatching(/답하지/) },
    });
    await collect(conversation, "second");
    expectSound(bedrock().requests[1]?.body.messages ?? []);
  });

  it.each(["malformed_model_output", "malformed_tool_use"])("fails on %s", async (stopReason) => {
    bedrock().replies.push({ events: say("x", stopReason) });
    await expect(ask("x")).rejects.toMatchObject({ code: "model_malformed_output" });
  });
});

describe("stopping an answer", () => {
  it("while it streams ends it at once and leaves a sound history", async () => {
    bedrock().replies.push(
      { events: say("a long answer").slice(0, 3), open: true },
      { events: say("ok") },
    );
    const { conversation } = start();
    const abort = new AbortController();
    const answer = collect(conversation, "first", { signal: abort.signal });
    const isStopped = expect(answer).rejects.toMatchObject({ code: "interrupted" });
    await expect.poll(() => bedrock().requests.length, { timeout: 10_000 }).toBe(1);
    const began = Date.now();
    abort.abort();
    await isStopped;
    await expect(answer).rejects.toMatchObject({ code: "interrupted" });
    expect(Date.now() - began).toBeLessThan(1_000);
    await collect(conversation, "second");
    expect(bedrock().requests[1]?.body.messages).toHaveLength(1);
  });

  it.each(["while a tool runs", "while it is asked whether a tool may run"])(
    "%s does not wait for it",
    async (when) => {
      const hangs = () => new Promise<never>(() => {});
      bedrock().replies.push({ events: wantTools({ id: "t1", name: "write", input: {} }) });
      const abort = new AbortController();
      const isRunning = when === "while a tool runs";
      const answer = ask("x", {
        tools: [tool("write")],
        signal: abort.signal,
        call: hangs,
        approve: isRunning ? async () => true : hangs,
      });
      setTimeout(() => abort.abort(), 50);
      await expect(answer).rejects.toMatchObject({ code: "interrupted" });
    },
  );

  it("shows nothing more, even of what has already arrived", async () => {
    bedrock().replies.push({ events: say("a long answer that arrives at once") });
    const abort = new AbortController();
    const shown: string[] = [];
    const { conversation } = start();
    const { signal } = abort;
    const answer = (async () => {
      for await (const event of conversation.ask("x", { signal, approve: async () => true })) {
        shown.push(event.type);
        await new Promise((resolve) => setTimeout(resolve, 30));
        abort.abort();
      }
    })();
    await expect(answer).rejects.toMatchObject({ code: "interrupted" });
    expect(shown).toEqual(["text"]);
  });

  it("before it began asks the model nothing", async () => {
    await expect(ask("x", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(bedrock().requests).toEqual([]);
  });
});
