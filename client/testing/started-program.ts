import { afterEach, expect } from "vitest";
import type { Message } from "../chat/messages.ts";
import type { Model } from "../chat/model.ts";
import { createProgram, type Program } from "../program.ts";
import type { Services } from "../services.ts";
import { password } from "./in-memory-services.ts";

let programs: Program[] = [];

afterEach(async () => {
  await Promise.all(programs.map((program) => program.dispose()));
  programs = [];
});

/** Starts a program, and what a person does at its screen. It is disposed of after the test. */
export function started(services: Services) {
  let exits = 0;
  const program = createProgram({
    saveFile: async (name) => name,
    services,
    size: { columns: 80, rows: 24 },
    onChange: () => {},
    onRedraw: () => {},
    onCopy: () => {},
    onUseMouse: () => {},
    onExit: () => {
      exits += 1;
    },
  });
  programs.push(program);
  const key = (name: Extract<Message, { type: "key" }>["key"]) => {
    program.send({ type: "key", key: name });
  };
  const type = (text: string) => program.send({ type: "typed", text });
  return {
    program,
    key,
    type,
    exits: () => exits,
    async signIn(username = "demo") {
      type(username);
      key("enter");
      type(password);
      key("enter");
      await expect.poll(() => program.model().phase.name).toBe("conversation");
    },
  };
}

/** What a model shows of the conversation; nothing before there is one. */
export function entriesOf(model: Model) {
  return model.phase.name === "conversation" ? model.phase.transcript.entries : [];
}

/** Every text in a value, at whatever depth. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Whether an answer is awaited. */
export function isAnswering(model: Model): boolean {
  return model.phase.name === "conversation" && model.phase.answer !== null;
}
