import { isRefusedLast } from "./auth-record.ts";
import { type CommandName, parseCommand } from "./commands.ts";
import { lastAnswer, lastCode } from "./copy.ts";
import { emptyEditor } from "./editor.ts";
import { remember } from "./history.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { itemsOf } from "./offer-lists.ts";
import { notice, say } from "./say.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { addEntry, type EntryContent, emptyTranscript } from "./transcript.ts";
import type { Update } from "./update.ts";
import { choiceCommand } from "./update-choices.ts";
import { leave, nothingSpent } from "./update-connecting.ts";
import { openFind } from "./update-find.ts";
import { offerCommand, usePrompt } from "./update-offers.ts";

/** Enter in the input line: a command is carried out, anything else is asked. */
export function submitInput(model: Model, phase: ConversationPhase): Update {
  const text = phase.input.text.trim();
  if (text === "") return [model, []];
  const command = parseCommand(text, itemsOf(phase.server.prompts));
  if (command === null) return ask(model, phase, text);
  const typed: ConversationPhase = {
    ...phase,
    input: emptyEditor,
    undo: [],
    suggestion: 0,
    history: remember(phase.history, text),
  };
  if (command.kind === "prompt") return usePrompt(model, typed, command.prompt, command.argument);
  if (command.kind === "command") return runCommand(model, typed, command.name, command.argument);
  return notice(model, typed, textsOf(model.language).commands.unknown(command.word));
}

function ask(model: Model, phase: ConversationPhase, question: string): Update {
  // One question at a time; what was typed stays in the line until the answer is there.
  if (phase.answer !== null) return [model, []];
  const reading = phase.attachments.find(({ parts }) => parts === null);
  if (reading !== undefined) {
    return notice(model, phase, textsOf(model.language).offers.stillReading(reading.uri));
  }
  const attachments = phase.attachments.flatMap(({ parts }) => parts ?? []);
  const asked = asking(model, phase, { kind: "question", text: question, attachments });
  return [{ ...model, phase: { ...asked, attachments: [] } }, [{ type: "ask", question }]];
}

/** The conversation with a question that the model is asked now. */
function asking(
  model: Model,
  phase: ConversationPhase,
  entry: Extract<EntryContent, { kind: "question" }>,
): ConversationPhase {
  return {
    ...phase,
    input: emptyEditor,
    undo: [],
    history: remember(phase.history, entry.text),
    transcript: addEntry(phase.transcript, entry),
    answer: { startedAt: model.now, stopping: false, retry: null },
    scroll: { kind: "end" },
    // Escape stops the answer, and closes the pane no more.
    pane: phase.pane && { ...phase.pane, isFocused: false },
  };
}

function runCommand(
  model: Model,
  phase: ConversationPhase,
  name: CommandName,
  argument: string,
): Update {
  const texts = textsOf(model.language);
  switch (name) {
    case "help":
      return say(model, phase, helpList(texts.commands));
    case "tools":
    case "prompts":
    case "resources":
    case "attach":
    case "detach":
      return offerCommand(model, phase, name, argument);
    case "find":
      return openFind(model, phase, argument);
    case "copy":
      return copyAnswer(model, phase, argument);
    case "auth": {
      // A newcomer reads from the beginning; who was just refused wants to know why.
      const firstLine = isRefusedLast(model.auth) ? null : 0;
      const pane = phase.pane === null ? { firstLine, isFocused: true } : null;
      return [{ ...model, phase: { ...phase, pane } }, []];
    }
    case "mouse": {
      const usesMouse = !phase.usesMouse;
      const text = usesMouse ? texts.commands.mouseOn : texts.commands.mouseOff;
      const [next] = notice(model, { ...phase, usesMouse }, text);
      return [next, [{ type: "use_mouse", on: usesMouse }]];
    }
    case "new":
      if (phase.answer !== null) return notice(model, phase, texts.commands.stopFirst);
      return [
        {
          ...model,
          phase: {
            ...phase,
            transcript: emptyTranscript,
            attachments: [],
            scroll: { kind: "end" },
            spent: nothingSpent,
          },
        },
        [{ type: "start_over" }],
      ];
    case "sessions":
      return [{ ...model, phase }, [{ type: "list_sessions" }]];
    case "resume":
    case "retry":
    case "export":
      if (phase.answer !== null) return notice(model, phase, texts.commands.stopFirst);
      return conversationCommand(model, phase, name, argument);
    case "model":
    case "temperature":
    case "system":
    case "lang":
    case "theme":
      return choiceCommand(model, phase, name, argument);
    case "login":
    case "logout":
      return leave(model, phase.user);
    case "quit":
      return [model, [{ type: "exit" }]];
  }
}

/** Commands about this conversation and those before it, while no answer is under way. */
function conversationCommand(
  model: Model,
  phase: ConversationPhase,
  name: "resume" | "retry" | "export",
  argument: string,
): Update {
  const texts = textsOf(model.language).commands;
  const { entries } = phase.transcript;
  switch (name) {
    case "resume": {
      const number = argument === "" ? 1 : Number(argument);
      if (!Number.isInteger(number) || number < 1) return notice(model, phase, texts.resumeHow);
      return [{ ...model, phase }, [{ type: "resume", number }]];
    }
    case "export":
      if (!entries.some(({ kind }) => kind === "answer")) {
        return notice(model, phase, texts.nothingToExport);
      }
      return [{ ...model, phase }, [{ type: "export" }]];
    case "retry": {
      const last = entries.findLast((entry) => entry.kind === "question");
      if (last?.kind !== "question") return notice(model, phase, texts.nothingToRetry);
      return [{ ...model, phase: asking(model, phase, last) }, [{ type: "retry" }]];
    }
  }
}

/** Puts the last answer on the clipboard, or with `code` its last block of code. */
export function copyAnswer(model: Model, phase: ConversationPhase, argument: string): Update {
  const texts = textsOf(model.language).commands;
  const answer = lastAnswer(phase.transcript);
  const text = argument === "code" && answer !== null ? lastCode(answer) : answer;
  if (text === null) return notice(model, phase, texts.nothingToCopy);
  const transcript = addEntry(phase.transcript, {
    kind: "notice",
    text: texts.copied([...text].length),
  });
  return [{ ...model, phase: { ...phase, transcript } }, [{ type: "copy", text }]];
}

function helpList(texts: Texts["commands"]): EntryContent {
  const rows = [
    ...Object.entries(texts.does).map(([name, text]) => ({ name: `/${name}`, text })),
    ...texts.keys.map(([name, text]) => ({ name, text })),
  ];
  return { kind: "list", title: texts.helpTitle, rows };
}
