import { describe, expect, it } from "vitest";
import { qrLines } from "../qr-code.ts";
import {
  codeQuestion,
  credentialsQuestion,
  newPasswordQuestion,
  resetQuestion,
  selectQuestion,
  setUpAppQuestion,
} from "../sign-in/cognito-questions.ts";
import { type Question, question } from "../sign-in/question.ts";
import { server as plainServer } from "../testing/chat-play.ts";
import { columnsOfLine, type Frame } from "./frame.ts";
import type { KeyName } from "./keys.ts";
import type { Message } from "./messages.ts";
import type { Model, ServerSummary, Size } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { initialModel, update } from "./update.ts";
import { view } from "./view.ts";
import { formatCountdown } from "./view-status.ts";

const user = { username: "demo", groups: ["user"], tokenExpiresAt: 3_600_000 };
const server: ServerSummary = {
  ...plainServer,
  tools: [
    { name: "whoami", description: "Tells who the caller is. ".repeat(8), approval: null },
    { name: "add_note", description: "메모를 남깁니다.", approval: "asks" },
  ],
};
const key = (name: KeyName): Message => ({ type: "key", key: name });
const typed = (text: string): Message => ({ type: "typed", text });

function start(size: Size, standIns = ["Cognito", "Bedrock", "weather"]): Model {
  return initialModel({
    size,
    now: 0,
    serverUrl: "http://localhost:8080/mcp",
    standIns,
    firstQuestion: credentialsQuestion(),
    username: "demo",
  });
}

function play(model: Model, ...messages: Message[]): Model {
  return messages.reduce((current, message) => update(current, message)[0], model);
}

const signedIn: readonly Message[] = [
  { type: "signed_in", user },
  { type: "connected", server },
];
const problem = {
  code: "x",
  message: "서버에 연결할 수 없습니다: nothing listens at http://localhost:8080/mcp",
  hint: "Start it with make start, or give another URL. ".repeat(3),
};
const longArguments = Array.from({ length: 40 }, (_, index) => ({
  name: `argument_${index}`,
  value: JSON.stringify("긴 값 ".repeat(12)),
}));
const manyTools: readonly Message[] = [
  { type: "tool_called", callId: "1", tool: "add_note", arguments: longArguments },
  {
    type: "approval_asked",
    callId: "1",
    tool: "add_note_with_a_very_long_name_that_fills_a_line_of_the_screen_and_more",
    destructive: true,
    arguments: longArguments,
  },
];

const asked = (what: Question): Message => ({
  type: "asked",
  question: what,
  picture: what.app === null ? [] : qrLines(what.app.uri),
  problem: null,
});

/** Every state that the screen has, as messages that lead to it. */
const states: readonly (readonly [string, readonly Message[]])[] = [
  ["the sign-in form", []],
  ["a sign-in under way", [typed("secret"), key("enter")]],
  ["a refused sign-in", [{ type: "sign_in_failed", problem }]],
  ["a new password", [asked(newPasswordQuestion(["email"]))]],
  ["a code", [asked(codeQuestion("SOFTWARE_TOKEN_MFA", null))]],
  ["a choice", [asked(selectQuestion("SELECT_MFA_TYPE", ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]))]],
  ["a forgotten password", [asked(resetQuestion("d***@e***"))]],
  ["a second factor to set up", [asked(setUpAppQuestion("JBSWY3DPEHPK3PXP".repeat(3), "demo"))]],
  [
    "the browser",
    [asked(question("BROWSER", [], { url: `https://x.example/${"y".repeat(900)}` }))],
  ],
  ["connecting", [{ type: "signed_in", user }]],
  [
    "offline",
    [
      { type: "signed_in", user },
      { type: "connect_failed", problem },
    ],
  ],
  ["an empty conversation", signedIn],
  ["help", [...signedIn, typed("/help"), key("enter")]],
  ["the tools", [...signedIn, typed("/tools"), key("enter")]],
  [
    "a Korean question",
    [...signedIn, typed("내일 서울 날씨는 어때? 👨‍👩‍👧 ".repeat(20)), key("enter")],
  ],
  ["a question being typed", [...signedIn, typed("긴 질문 ".repeat(100))]],
  [
    "a long answer",
    [
      ...signedIn,
      typed("x"),
      key("enter"),
      { type: "answer_text", text: "한글과 English\t섞인 줄\n".repeat(100) },
    ],
  ],
  [
    "a long answer, scrolled",
    [
      ...signedIn,
      typed("x"),
      key("enter"),
      { type: "answer_text", text: "줄\n".repeat(100) },
      key("page-up"),
    ],
  ],
  ["an error", [...signedIn, typed("x"), key("enter"), { type: "answer_failed", problem }]],
  ["an approval", [...signedIn, typed("x"), key("enter"), ...manyTools]],
  [
    "an approval, scrolled",
    [...signedIn, typed("x"), key("enter"), ...manyTools, key("page-down")],
  ],
];

const sizes: readonly Size[] = [
  { columns: 20, rows: 5 },
  { columns: 29, rows: 9 },
  { columns: 40, rows: 12 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 500, rows: 200 },
];

function textOf(frame: Frame): string[] {
  return frame.lines.map((line) =>
    line
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );
}

describe("view", () => {
  it.each(
    states.flatMap(([name, messages]) =>
      sizes.map((size) => [name, size.columns, size.rows, messages] as const),
    ),
  )("fits %s into %i×%i", (_name, columns, rows, messages) => {
    const frame = view(play(start({ columns, rows }), ...messages));
    expect(frame.lines).toHaveLength(rows);
    expect(frame.lines.filter((line) => columnsOfLine(line) > columns)).toEqual([]);
    expect(textOf(frame).join("")).not.toMatch(/[\n\t]/);
    if (frame.cursor !== null) {
      expect(frame.cursor.row).toBeLessThan(rows);
      expect(frame.cursor.column).toBeLessThan(columns);
    }
  });

  it.each(states)("closes every box of %s at 80×24", (_name, messages) => {
    const lines = textOf(view(play(start({ columns: 80, rows: 24 }), ...messages)));
    const count = (sign: string) => lines.join("").split(sign).length - 1;
    expect(count("╭")).toBe(count("╮"));
    expect(count("╰")).toBe(count("╯"));
    expect(count("╭")).toBe(count("╰"));
    for (const line of lines.filter((candidate) => candidate.trim().startsWith("│"))) {
      expect(line.trim()).toMatch(/^│.*│$/);
    }
  });

  it("shows a password as dots, one for each character", () => {
    const frame = view(play(start({ columns: 80, rows: 24 }), typed("비밀🔑x")));
    expect(textOf(frame).join("\n")).toMatch(/Password {3}•{4}( |│)/);
    expect(JSON.stringify(frame)).not.toContain("비밀");
  });

  it("puts the cursor behind what was typed, wide characters counted twice", () => {
    const { lines, cursor } = view(
      play(start({ columns: 80, rows: 24 }), ...signedIn, typed("한글 a")),
    );
    const row = lines.findIndex((line) => line.some(({ text }) => text.includes("한글 a")));
    expect(cursor).toEqual({ row, column: 4 + 6 });
  });

  it("tells a newcomer what this is and what to type, in Korean too", () => {
    const text = textOf(view(play(start({ columns: 80, rows: 24 }), ...signedIn))).join("\n");
    expect(text).toContain("Welcome to CLEANAUTH");
    expect(text).toContain("What is the weather forecast for 37.77, -122.42?");
    expect(text).toMatch(/[가-힣]/);
    expect(text).toContain("/help");
  });

  it("shows who is signed in, how long the token holds, and what is a stand-in", () => {
    const model = play(start({ columns: 80, rows: 24 }), ...signedIn, {
      type: "tick",
      now: 60_000,
    });
    const status = textOf(view(model)).at(-2) ?? "";
    expect(status).toContain("ready");
    expect(status).toContain("demo · user");
    expect(status).toContain("token 59:00");
    expect(status).toContain("stand-ins: Cognito, Bedrock, weather");
  });

  it("says that there are stand-ins on a narrow screen, too", () => {
    const frame = view(play(start({ columns: 32, rows: 12 }), ...signedIn));
    expect(textOf(frame).at(-2)).toContain("3 stand-ins");
  });

  it("says nothing of stand-ins where all is real", () => {
    const frame = view(play(start({ columns: 80, rows: 24 }, []), ...signedIn));
    expect(textOf(frame).join("\n")).not.toContain("stand-in");
  });

  it("shows all arguments of a tool that is asked about, page by page", () => {
    let model = play(start({ columns: 80, rows: 24 }), ...signedIn, typed("x"), key("enter"));
    model = play(model, ...manyTools);
    const seen = new Set<string>();
    for (let page = 0; page < 20; page += 1) {
      for (const line of textOf(view(model))) {
        for (const [name] of line.matchAll(/argument_\d+/g)) seen.add(name);
      }
      model = play(model, key("page-down"));
    }
    expect(seen.size).toBe(longArguments.length);
  });

  it("marks in the border that something new is below", () => {
    const [, messages = []] = states.find(([name]) => name === "a long answer, scrolled") ?? [];
    const model = play(start({ columns: 80, rows: 24 }), ...messages);
    expect(textOf(view(model)).join("\n")).toContain("↓ more below");
    const more = play(model, { type: "answer_text", text: "more\n" });
    expect(textOf(view(more)).join("\n")).toContain("↓ new below");
  });

  it("shows the same lines while text arrives below", () => {
    const [, messages = []] = states.find(([name]) => name === "a long answer, scrolled") ?? [];
    const model = play(start({ columns: 80, rows: 24 }), ...messages);
    const more = play(model, { type: "answer_text", text: "more\n".repeat(10) });
    expect(textOf(view(more)).slice(0, 18)).toEqual(textOf(view(model)).slice(0, 18));
  });

  it("draws a screen with a long history in a few milliseconds", () => {
    let model = play(start({ columns: 120, rows: 40 }), ...signedIn, typed("x"), key("enter"));
    model = play(model, {
      type: "answer_text",
      text: "한글과 English가 섞인 한 줄\n".repeat(2_000),
    });
    view(model);
    const startedAt = performance.now();
    for (let index = 0; index < 20; index += 1) {
      model = play(model, { type: "answer_text", text: "단어 " });
      view(model);
    }
    expect((performance.now() - startedAt) / 20).toBeLessThan(15);
  });
});

describe("formatCountdown", () => {
  it.each([
    [0, "0:00"],
    [59, "0:59"],
    [3_599, "59:59"],
    [3_600, "1:00:00"],
    [86_399, "23:59:59"],
    [200_000, "2 d 7 h"],
  ])("words %i seconds as %s", (seconds, text) => {
    expect(formatCountdown(seconds, textsOf("en").status)).toBe(text);
  });
});

describe("the sign-in form of a local stack", () => {
  const textOf = (model: Model) =>
    view(model)
      .lines.map((line) => line.map(({ text }) => text).join(""))
      .join("\n");

  it("says where the demo users' password is", () => {
    expect(textOf(start({ columns: 80, rows: 24 }))).toContain(".cleanauth/local.env");
  });

  it("says nothing of it where Cognito is the real one", () => {
    expect(textOf(start({ columns: 80, rows: 24 }, ["weather"]))).not.toContain("local.env");
  });
});
