import { type CommandName, commands, keyHelp, parseCommand } from "./commands.ts";
import { emptyEditor } from "./editor.ts";
import { remember } from "./history.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { addEntry, type EntryContent, emptyTranscript } from "./transcript.ts";
import type { Update } from "./update.ts";
import { leave } from "./update-connecting.ts";

/** Enter in the input line: a command is carried out, anything else is asked. */
export function submitInput(model: Model, phase: ConversationPhase): Update {
  const text = phase.input.text.trim();
  if (text === "") return [model, []];
  const command = parseCommand(text);
  if (command === null) return ask(model, phase, text);
  const history = remember(phase.history, text);
  const typed: ConversationPhase = { ...phase, input: emptyEditor, history };
  if (command.kind === "command") return runCommand(model, typed, command.name);
  return say(model, typed, {
    kind: "notice",
    text: `There is no command /${command.word}. /help lists them all.`,
  });
}

function ask(model: Model, phase: ConversationPhase, question: string): Update {
  // One question at a time; what was typed stays in the line until the answer is there.
  if (phase.answer !== null) return [model, []];
  const asked: ConversationPhase = {
    ...phase,
    input: emptyEditor,
    history: remember(phase.history, question),
    transcript: addEntry(phase.transcript, { kind: "question", text: question }),
    answer: { startedAt: model.now, stopping: false },
    scroll: { kind: "end" },
  };
  return [{ ...model, phase: asked }, [{ type: "ask", question }]];
}

function say(model: Model, phase: ConversationPhase, entry: EntryContent): Update {
  const transcript = addEntry(phase.transcript, entry);
  return [{ ...model, phase: { ...phase, transcript, scroll: { kind: "end" } } }, []];
}

function runCommand(model: Model, phase: ConversationPhase, name: CommandName): Update {
  switch (name) {
    case "help": {
      const rows = [
        ...commands.map((command) => ({ name: `/${command.name}`, text: command.does })),
        ...keyHelp,
      ];
      return say(model, phase, { kind: "list", title: "Commands and keys", rows });
    }
    case "tools":
      return say(model, phase, toolList(phase));
    case "new":
      if (phase.answer !== null) return say(model, phase, stopFirst);
      return [
        { ...model, phase: { ...phase, transcript: emptyTranscript, scroll: { kind: "end" } } },
        [{ type: "start_over" }],
      ];
    case "logout":
      return leave(model, phase.user);
    case "quit":
      return [model, [{ type: "exit" }]];
  }
}

const stopFirst = {
  kind: "notice",
  text: "An answer is under way. Stop it with Esc first.",
} as const;

function toolList(phase: ConversationPhase): EntryContent {
  const { server, user } = phase;
  if (server.tools.length === 0) {
    return { kind: "notice", text: `${server.name} offers ${user.username} no tool.` };
  }
  return {
    kind: "list",
    title: `What ${server.name} ${server.version} offers ${user.username}`,
    rows: server.tools.map((tool) => ({
      name: tool.name,
      text: tool.readOnly ? tool.description : `${tool.description} (asks first)`,
    })),
  };
}
