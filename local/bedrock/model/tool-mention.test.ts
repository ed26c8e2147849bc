import { describe, expect, it } from "vitest";
import { assistant, called, requestOf, user } from "../testing/conversation.ts";
import { otherTools, tool, twelveTools } from "../testing/offered-tools.ts";
import { replyTo } from "./word-model.ts";

const now = new Date(2026, 10, 23, 12);

/** Tools that resemble those that are named below. */
const offered = [
  ...twelveTools,
  ...otherTools,
  tool("memory_delete_observations", "Delete specific observations from entities", {
    deletions: { type: "array", items: { type: "string" } },
  }),
  tool("memory_read_graph", "Read the entire knowledge graph", {}),
  tool("web_get-env", "Returns all environment variables", {}),
];
const reply = (...sentences: string[]) => {
  const turns = sentences.map(user);
  const messages = turns.flatMap((turn, at) => (at === 0 ? [turn] : [assistant("…"), turn]));
  const { text, calls } = replyTo(requestOf(messages, offered), now);
  return { text, calls: calls.map(({ document }) => document.tool.name) };
};

describe("a tool that is called by a name that none of those offered has", () => {
  it.each([
    ["files.read_text_file: path /tmp/a.txt", "files.read_text_file"],
    ["files.read_text_file", "files.read_text_file"],
    ["files.read_text_file /tmp/a.txt", "files.read_text_file"],
    ["every.get-env", "every.get-env"],
    ["every.echo: message hello", "every.echo"],
    ["web.fetch https://example.com/notes", "web.fetch"],
    ["memory.delete_entities: kim", "memory.delete_entities"],
    ["memory_delete_entities: kim", "memory_delete_entities"],
    ["please call memory.delete_entities now", "memory.delete_entities"],
    ["use the tool `every.get-env`", "every.get-env"],
    ["list my notes, then files.read_text_file: notes.txt", "files.read_text_file"],
    ["memory.read_graph; files.list_directory: /tmp", "files.list_directory"],
  ])("is said to be missing, and no other one is called: %s", (sentence, name) => {
    const { text, calls } = reply(sentence);
    expect(calls).toEqual([]);
    expect(text).toContain(`I have no tool named \`${name}\`, so I called none.`);
    expect(text).toContain("- `add_note`");
  });

  it.each([
    ["memory.delete_entities: 김철수", "memory.delete_entities"],
    ["files.read_text_file을 호출해 줘", "files.read_text_file"],
    ["every.get-env 도구로 환경 변수 보여줘", "every.get-env"],
    ["메모를 보여줘. 그리고 files.write_file: 메모", "files.write_file"],
  ])("is said to be missing in Korean where the question is Korean: %s", (sentence, name) => {
    const { text, calls } = reply(sentence);
    expect(calls).toEqual([]);
    expect(text).toContain(`이름이 \`${name}\`인 도구는 제게 없습니다.`);
  });

  it("is not taken up by what is said next", () => {
    expect(reply("memory.delete_entities: kim", "kim").calls).toEqual([]);
    expect(reply("memory.delete_entities: kim", "list my notes").calls).toEqual(["list_notes"]);
  });
});

describe("a tool that is called by its name", () => {
  const answer = (sentence: string) =>
    replyTo(
      requestOf([user(sentence), ...called("memory_read_graph", [{ text: "empty" }])], offered),
      now,
    ).text;

  it("is named in the answer as the question spells it", () => {
    expect(answer("memory.read_graph: read the graph")).toBe(
      "Here is what `memory.read_graph` says: empty",
    );
    expect(answer("memory.read_graph를 호출해 줘")).toBe(
      "`memory.read_graph` 도구의 답입니다: empty",
    );
    expect(answer("read the knowledge graph")).toContain("`memory_read_graph` says");
    expect(reply("memory.delete_observations").text).toContain("`memory.delete_observations`");
  });
});

describe("what only looks like a tool's name leaves the choice to the other words", () => {
  it.each([
    ["memory.read_graph: use files.read_text_file", "memory_read_graph"],
    ["add a note: files.read_text_file: is broken", "add_note"],
    ["note that every.get-env is broken", "add_note"],
    ["every.get-env가 고장이라고 메모해 줘", "add_note"],
    ['"call every.get-env at noon"을 메모해줘', "add_note"],
    ["search my notes for every.get-env", "search_notes"],
    ["report.pdf를 archive 폴더로 옮겨 줘", "move_file"],
    ["kim.lee@example.com에게 제목 '점심', 내용 '12시에 봐요'로 메일 보내 줘", "sendEmail"],
    ["notes.txt 파일을 archive 폴더로 옮겨 줘", "move_file"],
    ["e.g. list my notes", "list_notes"],
    ["use snake_case and list my notes", "list_notes"],
  ])("%s", (sentence, name) => {
    expect(reply(sentence).calls).toEqual([name]);
  });
});
