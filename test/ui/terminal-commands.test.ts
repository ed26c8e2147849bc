import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sharedStack } from "./stack.ts";
import { ask, expectWholeBox, resize, sizes, terminals, textOf } from "./terminals.ts";

const stack = sharedStack();
const { signedIn } = terminals(stack);

describe.each(sizes)("commands at $columns×$rows", ({ columns, rows }) => {
  it("list what there is, choose a model, and begin anew", async () => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, "/help");
    const help = await terminal.waitFor("Shift and mouse");
    expectWholeBox(help, columns);
    ask(terminal, "/new");
    ask(terminal, "/tools");
    await terminal.waitFor(/delete_note {3}[\s\S]*asks first/);
    ask(terminal, "/model");
    await terminal.waitFor(/› global\.anthropic\.\S+ +answers now/);
    terminal.press("Escape");
    await terminal.waitFor("Ask something");
    ask(terminal, "/model eu.example.some-model-v1:0");
    await terminal.waitFor("From now on eu.example.some-model-v1:0 answers.");
    ask(terminal, "/model default");
    ask(terminal, "/nonsense");
    await terminal.waitFor("There is no command /nonsense.");
    ask(terminal, "/retry");
    await terminal.waitFor("Nothing has been asked yet.");
    ask(terminal, "/export");
    await terminal.waitFor("There is nothing to export yet.");
    ask(terminal, "/sessions");
    await terminal.waitFor("No conversation has been kept yet.");
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
    ask(terminal, "/new");
    await terminal.waitFor("Welcome to CLEANAUTH");
    ask(terminal, "/sessions");
    const kept = await terminal.waitFor(/1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}Who am I\?/);
    expectWholeBox(kept, columns);
    expectWholeBox(await resize(terminal, 60, 20), 60);
  });

  it("sign out for good, and sign somebody else in", async () => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, "/logout");
    await terminal.waitFor(/Sign in/);
    terminal.press("BTab");
    for (const text of ["admin", stack().password]) {
      terminal.press("C-u");
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("signed in as admin");
    ask(terminal, "/tools");
    await terminal.waitFor("host_status");
  });
});

describe("what is kept", () => {
  it("is listed, resumed and exported after a restart, in the language that was chosen", async () => {
    const environment = "XDG_STATE_HOME=$PWD/kept";
    const first = await signedIn({ environment });
    ask(first, "/lang ko");
    await first.waitFor("이제 화면이 한국어로 나옵니다.");
    ask(first, "나는 누구야?");
    await first.waitFor(/Signed in as demo[\s\S]*● 준비됨/);
    ask(first, "/quit");
    await first.waitFor("exit=0");
    const second = await signedIn({ environment });
    await second.waitFor("환영합니다");
    ask(second, "/sessions");
    await second.waitFor(/1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}나는 누구야\?/);
    ask(second, "/resume 1");
    const resumed = await second.waitFor("대화를 이어갑니다");
    expect(textOf(resumed)).toContain("demo");
    ask(second, "/export");
    await second.waitFor("저장했습니다");
    const [file = ""] = readdirSync(stack().folder).filter((name) => name.endsWith(".md"));
    expect(readFileSync(join(stack().folder, file), "utf8")).toContain("나는 누구야?");
    await resize(second, 120, 40);
    ask(second, "/lang en");
    await second.waitFor("The interface is in English now.");
  });
});

describe("a model that fails", () => {
  const control = () => {
    const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url = "" } = stack().environment;
    return `${url}/control/faults`;
  };
  async function fail(...faults: object[]): Promise<void> {
    const { status } = await fetch(control(), { method: "PUT", body: JSON.stringify(faults) });
    expect(status).toBe(200);
  }
  afterEach(() => fetch(control(), { method: "DELETE" }));

  it.each(sizes)("is told with what to do about it at $columns×$rows", async (size) => {
    const terminal = await signedIn(size);
    await fail({ fault: "AccessDeniedException", times: 9 });
    ask(terminal, "Who am I?");
    const shown = await terminal.waitFor(
      /Bedrock does not allow[\s\S]*Ask for model access[\s\S]*● ready/,
    );
    expectWholeBox(shown, size.columns);
    await fetch(control(), { method: "DELETE" });
    ask(terminal, "/retry");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
    expectWholeBox(await resize(terminal, 60, 20), 60);
  });

  it("that throttles is asked again by itself, which is seen", async () => {
    const terminal = await signedIn();
    await fail({ fault: "ThrottlingException", times: 1 });
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Asking again in \d/);
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/, 30_000);
  });

  it("that breaks off keeps what it had said, and the conversation sound", async () => {
    const terminal = await signedIn();
    await fail({ fault: "connection_cut", times: 9 });
    ask(terminal, "hello there");
    await terminal.waitFor(/✗[\s\S]*● ready/, 30_000);
    await fetch(control(), { method: "DELETE" });
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
  });
});
