import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { failedResult, toToolResult } from "./mcp-result.ts";

const text = (words: string) => ({ type: "text" as const, text: words });

describe("toToolResult", () => {
  const cases: [what: string, result: CallToolResult, expected: object][] = [
    ["several texts", { content: [text("a"), text("b")] }, { isError: false, text: "a\nb" }],
    ["nothing", { content: [] }, { isError: false, text: "" }],
    ["an error", { content: [text("no")], isError: true }, { isError: true, text: "no" }],
    [
      "an image and a sound, which are only named",
      {
        content: [
          { type: "image", data: "AAAA", mimeType: "image/png" },
          { type: "audio", data: "AAAAAAAA", mimeType: "audio/wav" },
        ],
      },
      { isError: false, text: "[image, image/png, 3 bytes]\n[audio, audio/wav, 6 bytes]" },
    ],
    [
      "resources",
      {
        content: [
          { type: "resource", resource: { uri: "a://1", text: "inside" } },
          { type: "resource", resource: { uri: "a://2", blob: "AAAA" } },
          { type: "resource_link", uri: "a://3", name: "three" },
        ],
      },
      { isError: false, text: "inside\n[resource a://2]\n[resource a://3]" },
    ],
    [
      "structured content without a text, which is shown as JSON",
      { content: [], structuredContent: { celsius: 21 } },
      { isError: false, text: '{"celsius":21}', structuredContent: { celsius: 21 } },
    ],
    [
      "what could do something to a terminal, at any depth",
      {
        content: [text("a\x1b]52;c;x\x07b")],
        structuredContent: { "k\x1b[1m": [{ deep: "\u202ex\x07" }], n: 1, z: null },
      },
      { isError: false, text: "ab", structuredContent: { k: [{ deep: "x" }], n: 1, z: null } },
    ],
  ];
  it.each(cases)("reduces %s", (_what, result, expected) => {
    expect(toToolResult(result)).toEqual(expected);
  });

  it("cuts a text that would fill the model's window, and says how much is missing", () => {
    const { text: cut } = toToolResult({ content: [text("가".repeat(100_010))] });
    expect(cut.length).toBeLessThan(100_100);
    expect(cut).toMatch(/가\n\[10 more characters were left out\]$/);
  });

  it("does not cut through an emoji", () => {
    const { text: cut } = toToolResult({ content: [text(`x${"😀".repeat(60_000)}`)] });
    expect(cut).not.toMatch(/\p{Cs}/u);
  });

  it("leaves out structured content that is too large, and shows what the text says", () => {
    const result = toToolResult({
      content: [text("short")],
      structuredContent: { list: "x".repeat(200_000) },
    });
    expect(result).toEqual({ isError: false, text: "short" });
  });

  it("survives content that is nested without end", () => {
    let nested: Record<string, unknown> = {};
    for (let level = 0; level < 5_000; level += 1) nested = { a: nested };
    const { structuredContent } = toToolResult({ content: [], structuredContent: nested });
    expect(JSON.stringify(structuredContent)).toMatch(/"…"/);
  });
});

describe("failedResult", () => {
  it("is an error whose text is harmless", () => {
    expect(failedResult("no\x1b[2J")).toEqual({ isError: true, text: "no" });
  });
});
