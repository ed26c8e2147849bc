import { describe, expect, it } from "vitest";
import type { Model } from "./chat/model.ts";
import { createInMemoryServices, type InMemoryOptions } from "./testing/in-memory-services.ts";
import { entriesOf, isAnswering, started, textsOf } from "./testing/started-program.ts";

describe("what a server offers beside its tools", () => {
  const of = { name: "note", mimeType: "text/plain", bytes: 5 };
  const attachment = { ...of, uri: "n://1", content: { kind: "text", text: "hello" } } as const;
  const listed = <Item>(...items: Item[]) => ({ state: "listed" as const, items, isCut: false });
  const asked: unknown[] = [];
  const offers: NonNullable<InMemoryOptions["offers"]> = {
    offers: () => ({
      prompts: listed({ name: "greet", description: "", arguments: [] }),
      resources: listed({
        uri: "n://{id}",
        description: "",
        mimeType: "",
        bytes: null,
        variables: [{ name: "id", description: "", required: true }],
      }),
      completes: true,
    }),
    getPrompt: async (name, given) => [
      {
        role: "user",
        content: [
          { prompt: { name, arguments: given, messages: 1 } },
          { text: "Say \x1b[2Jhello" },
        ],
      },
    ],
    readResource: async (uri, signal) => {
      asked.push(uri);
      if (uri === "n://slow") {
        await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
      }
      return [attachment];
    },
    complete: async (_of, { value }) => [`${value}1`],
  };

  it("goes with a question, into the file, and is there again when it is resumed", async () => {
    const services = createInMemoryServices({ offers });
    const { program, type, key, signIn } = started(services);
    await signIn();
    type("/attach");
    key("enter");
    key("enter");
    await expect.poll(() => dialogsOf(program.model())[0]?.values).toEqual(["1"]);
    key("down");
    key("enter");
    key("enter");
    await expect.poll(() => attachmentsOf(program.model())).toMatchObject([{ parts: [{}] }]);
    expect(asked.at(-1)).toBe("n://1");
    type("what is it?");
    key("enter");
    await expect.poll(() => entriesOf(program.model()).at(-1)?.kind).toBe("answer");
    await expect.poll(() => isAnswering(program.model())).toBe(false);
    type("/greet");
    key("enter");
    await expect
      .poll(() => entriesOf(program.model()).filter(({ kind }) => kind === "answer").length)
      .toBe(2);
    await expect.poll(() => isAnswering(program.model())).toBe(false);
    const { content: _content, ...summary } = attachment;
    const expected = [
      { kind: "question", text: "what is it?", attachments: [{ ...summary, kind: "text" }] },
      { kind: "answer" },
      { kind: "question", text: "/greet" },
      { kind: "given", role: "user", text: "Say hello" },
      { kind: "answer" },
    ];
    expect(entriesOf(program.model())).toMatchObject(expected);
    const later = started(services);
    await later.signIn();
    later.type("/resume");
    later.key("enter");
    await expect.poll(() => entriesOf(later.program.model()).slice(0, 5)).toMatchObject(expected);
    for (const text of textsOf(later.program.model())) expect(text).not.toMatch(/[\p{Cc}]/u);
  });

  it("is not read any longer once it is taken off", async () => {
    const { program, type, key, signIn } = started(createInMemoryServices({ offers }));
    await signIn();
    type("/attach n://slow");
    key("enter");
    key("backspace");
    type("/attach n://2");
    key("enter");
    await expect.poll(() => attachmentsOf(program.model())).toMatchObject([{ id: 2, parts: [{}] }]);
    expect(entriesOf(program.model())).toEqual([]);
  });
});

const attachmentsOf = ({ phase }: Model) =>
  phase.name === "conversation" ? phase.attachments : [];
const dialogsOf = ({ phase }: Model) => (phase.name === "conversation" ? phase.dialogs : []);
