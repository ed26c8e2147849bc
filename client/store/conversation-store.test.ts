import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conversationMarkdown } from "./conversation-markdown.ts";
import {
  type ConversationStore,
  createConversationStore,
  newConversationId,
  type StoredExchange,
  storeBounds,
} from "./conversation-store.ts";

let base: string;
let folder: string;
let store: ConversationStore;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "conversations-"));
  folder = join(base, "own");
  store = createConversationStore(folder);
});
afterEach(() => rmSync(base, { recursive: true }));

const exchange = (question: string, answer = "맑음"): StoredExchange => ({
  at: "2026-11-25T09:00:00.000Z",
  messages: [
    { role: "user", content: [{ text: question }] },
    { role: "assistant", content: [{ text: answer }] },
  ],
});
const idAt = (second: number) => newConversationId(Date.UTC(2026, 10, 25, 9, 0, second));
const fileOf = (id: string) => join(folder, `${id}.jsonl`);

describe("conversations on disk", () => {
  it("make no folder before anything is kept", async () => {
    expect(await store.list()).toEqual([]);
    expect(readdirSync(base)).toEqual([]);
  });

  it("are listed with the one that was added to last first, and read whole", async () => {
    const [one, other] = [idAt(1), idAt(2)];
    await store.append(one, exchange("서울\u001b[2J 날씨?"));
    await store.append(other, exchange("second"));
    await store.append(one, exchange("and tomorrow?"));
    const listed = await store.list();
    expect(listed.map(({ id }) => id)).toEqual([one, other]);
    expect(listed[0]?.title).toBe("서울 날씨?");
    expect(await store.read(one)).toEqual([
      exchange("서울\u001b[2J 날씨?"),
      exchange("and tomorrow?"),
    ]);
  });

  it("are replaced as a whole, with whatever is too long refused", async () => {
    const id = idAt(1);
    await store.append(id, exchange("first"));
    await store.append(id, exchange("second", "old"));
    const replaced = [exchange("first"), exchange("second", "new")];
    await store.replace(id, replaced);
    expect(await store.read(id)).toEqual(replaced);
    const tooLong = [exchange("x".repeat(storeBounds.bytesEach))];
    await expect(store.replace(id, tooLong)).rejects.toMatchObject({
      code: "conversation_not_kept",
    });
    expect(await store.read(id)).toEqual(replaced);
    expect((await store.list()).map(({ title }) => title)).toEqual(["first"]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("are for nobody but their owner", async () => {
    const id = idAt(1);
    await store.append(id, exchange("x"));
    expect(statSync(fileOf(id)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("lose a torn line and nothing else, and go on behind it", async () => {
    const id = idAt(1);
    await store.append(id, exchange("first"));
    appendFileSync(fileOf(id), '{"at":"2026-11-25T09:00:01.000Z","messages":[{"role":"us');
    expect(await store.read(id)).toEqual([exchange("first")]);
    await store.append(id, exchange("third"));
    expect(await store.read(id)).toEqual([exchange("first"), exchange("third")]);
  });

  it("leave out lines that are no exchanges", async () => {
    const id = idAt(1);
    await store.append(id, exchange("first"));
    appendFileSync(fileOf(id), '[]\n{"at":"x","messages":[{"role":"system","content":[]}]}\n\0\n');
    expect(await store.read(id)).toEqual([exchange("first")]);
  });

  it("keep every line of two that write at once", async () => {
    const id = idAt(1);
    await store.append(id, exchange("first"));
    const other = createConversationStore(folder);
    const questions = Array.from({ length: 20 }, (_, index) => `q${index} ${"x".repeat(10_000)}`);
    await Promise.all(
      questions.map((question, index) =>
        (index % 2 ? store : other).append(id, exchange(question)),
      ),
    );
    const kept = (await store.read(id)).map(({ messages }) => messages[0]?.content?.[0]?.text);
    expect(kept.sort()).toEqual(["first", ...questions].sort());
  });

  it.each(["../../etc/passwd", "", "20261125-090000-0000000", "20261125-090000-00000000/.."])(
    "are not to be had by a name such as %j",
    async (id) => {
      await expect(store.read(id)).rejects.toMatchObject({ code: "conversation_unknown" });
      await expect(store.append(id, exchange("x"))).rejects.toThrow();
      await store.remove(id);
    },
  );

  it("are removed", async () => {
    const id = idAt(1);
    await store.append(id, exchange("x"));
    await store.remove(id);
    await store.remove(id);
    expect(await store.list()).toEqual([]);
  });

  it("are kept up to a number and a size", async () => {
    const first = idAt(0);
    await store.append(first, exchange("x"));
    await expect(
      store.append(first, exchange("y".repeat(storeBounds.bytesEach))),
    ).rejects.toMatchObject({ code: "conversation_not_kept" });
    for (let count = 1; count <= storeBounds.conversations; count += 1) {
      await store.append(idAt(count), exchange("x"));
    }
    const ids = (await store.list()).map(({ id }) => id);
    expect(ids).toHaveLength(storeBounds.conversations);
    expect(ids).not.toContain(first);
  });

  it("say that they cannot be kept", async () => {
    writeFileSync(folder, "in the way");
    await expect(store.append(idAt(1), exchange("x"))).rejects.toMatchObject({
      code: "conversation_not_kept",
    });
  });
});

describe("a conversation as Markdown", () => {
  it("has questions, answers, and tools in fences that nothing inside can close", () => {
    const withTool: StoredExchange = {
      at: "2026-11-25T09:00:00.000Z",
      messages: [
        { role: "user", content: [{ text: "날씨?" }] },
        {
          role: "assistant",
          content: [
            { text: "Let me see." },
            { toolUse: { toolUseId: "1", name: "get_forecast", input: { latitude: 37 } } },
          ],
        },
        {
          role: "user",
          content: [{ toolResult: { toolUseId: "1", content: [{ text: "```\n# Sunny" }] } }],
        },
        { role: "assistant", content: [{ text: "**Sunny**" }] },
      ],
    };
    expect(conversationMarkdown([withTool], "en")).toBe(`# CLEANAUTH: Conversation

## You (2026-11-25T09:00:00.000Z)

날씨?

## Model

Let me see.

\`get_forecast\`

\`\`\`json
{
  "latitude": 37
}
\`\`\`

Result:

\`\`\`\`
\`\`\`
# Sunny
\`\`\`\`

## Model

**Sunny**
`);
    expect(conversationMarkdown([withTool], "ko")).toContain("## 사용자");
  });

  it("name a prompt and what was attached, and hold its text in a fence", () => {
    const prompt = { name: "letter", arguments: { to: "Kim `x`" }, messages: 3 };
    const text = "one\n```\ntwo";
    const of = { uri: "n://1", name: "1", mimeType: "text/plain", bytes: 11 };
    const attached: StoredExchange = {
      at: "2026-11-25T09:00:00.000Z",
      messages: [
        {
          role: "user",
          content: [{ prompt }, { attachment: { ...of, content: { kind: "text", text } } }],
        },
        { role: "assistant", content: [{ text: "Gladly." }] },
        {
          role: "user",
          content: [{ attachment: { ...of, uri: "n://2", content: { kind: "left_out" } } }],
        },
        { role: "assistant", content: [{ text: "Dear Kim" }] },
      ],
    };
    expect(conversationMarkdown([attached], "en")).toBe(`# CLEANAUTH: Conversation

## You (2026-11-25T09:00:00.000Z)

Prompt: \`/letter to: Kim x\`

Attached: \`1\`, \`n://1\`, \`text/plain\`, 11 B

\`\`\`\`
one
\`\`\`
two
\`\`\`\`

## Model (from the prompt)

Gladly.

## You (from the prompt)

Attached: \`1\`, \`n://2\`, \`text/plain\`, 11 B (not part of this file)

## Model

Dear Kim
`);
  });
});
