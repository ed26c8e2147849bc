import { describe, expect, it, vi } from "vitest";
import { type Reply, type StreamEvent, say } from "../testing/bedrock-server.ts";
import { ask, start, useBedrockServer } from "../testing/conversation.ts";

// The unmodified AWS SDK on one side, and a server that says what the test wants on the other.
const bedrock = useBedrockServer();

describe("a model that fails", () => {
  const transient: [what: string, reply: Reply][] = [
    ["throttles", { error: "ThrottlingException", message: "Too many tokens", status: 429 }],
    ["is not ready", { error: "ModelNotReadyException", message: "not ready", status: 429 }],
    ["is unavailable", { error: "ServiceUnavailableException", message: "down", status: 503 }],
    ["fails by itself", { error: "InternalServerException", message: "oops", status: 500 }],
    ["throttles in the stream", { events: [["!throttlingException", { message: "slow down" }]] }],
    ["ends without having begun", { events: [["messageStart", { role: "assistant" }]] }],
    ["cuts the line before it has said anything", { events: [], cut: true }],
  ];
  const missing = { reason: { en: "", ko: "" }, delayMilliseconds: -1 };
  it.each(transient)("and %s is asked again, and the user told", async (_what, reply) => {
    bedrock().replies.push(reply, { events: say("at last") });
    const waited: number[] = [];
    const { events, text } = await ask("x", { sleep: async (time) => void waited.push(time) });
    expect(text).toBe("at last");
    const [{ reason, delayMilliseconds } = missing] = events.filter(
      (event) => event.type === "retrying",
    );
    expect(reason.en).toMatch(/Bedrock|model|ready/);
    expect(reason.ko).toMatch(/[가-힣]/);
    expect(waited).toEqual([delayMilliseconds]);
  });

  it("is not waited for any longer once the user stops the answer", async () => {
    bedrock().replies.push({ error: "ThrottlingException", message: "slow down", status: 429 });
    const stop = new AbortController();
    const { conversation } = start();
    const events: string[] = [];
    const asked = async () => {
      const options = { signal: stop.signal, approve: async () => true };
      for await (const { type } of conversation.ask("x", options)) {
        events.push(type);
        // The pause takes three quarters of a second at the least.
        setTimeout(() => {
          stoppedAt = performance.now();
          stop.abort();
        }, 20);
      }
    };
    let stoppedAt = Number.POSITIVE_INFINITY;
    await expect(asked()).rejects.toMatchObject({ code: "interrupted" });
    expect(performance.now() - stoppedAt).toBeLessThan(500);
    expect(events).toEqual(["retrying"]);
    expect(bedrock().requests).toHaveLength(1);
  });

  it("four times is given up, after waiting longer each time", async () => {
    for (let time = 0; time < 5; time += 1) {
      bedrock().replies.push({
        error: "ThrottlingException",
        message: "Too many tokens",
        status: 429,
      });
    }
    const waited: number[] = [];
    const failed = ask("x", { sleep: async (time) => void waited.push(time) });
    await expect(failed).rejects.toMatchObject({ code: "model_throttled" });
    expect(bedrock().requests).toHaveLength(4);
    const [first = 0, second = 0, third = 0] = waited;
    expect(first).toBeGreaterThanOrEqual(750);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });

  const spoken = say("hello there").slice(0, 3);
  const lost: [what: string, events: readonly StreamEvent[], cut: boolean, code: string][] = [
    ["ends the stream", spoken, false, "model_stream_cut"],
    ["cuts the line", spoken, true, "model_unreachable"],
    [
      "fails",
      [...spoken, ["!modelStreamErrorException", { message: "lost it" }]],
      false,
      "model_failed",
    ],
  ];
  it.each(lost)(
    "and %s after it has begun to speak is not asked again",
    async (_what, events, cut, code) => {
      bedrock().replies.push({ events, cut });
      await expect(ask("x")).rejects.toMatchObject({ code });
      expect(bedrock().requests).toHaveLength(1);
    },
  );

  it("for want of credentials or of a region says how to give some", async () => {
    for (const name of Object.keys(process.env).filter((name) => name.startsWith("AWS_"))) {
      if (!name.startsWith("AWS_ENDPOINT_URL")) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    await expect(ask("x")).rejects.toMatchObject({ code: "model_credentials_missing" });
    await expect(ask("x", { region: null })).rejects.toMatchObject({
      code: "model_region_missing",
    });
    expect(bedrock().requests).toEqual([]);
  });

  it("because nothing listens there says so", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:1");
    await expect(ask("x")).rejects.toMatchObject({ code: "model_unreachable" });
  });

  it("does not get the conversation over plain HTTP on another machine", async () => {
    process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = "http://bedrock().invalid";
    await expect(ask("x")).rejects.toMatchObject({ code: "configuration_insecure_endpoint" });
  });
});
