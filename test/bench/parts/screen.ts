import { setTimeout as sleep } from "node:timers/promises";
import type { AgentEvent, Conversation } from "@cleanauth/client/agent/agent.ts";
import type { PortListener, TerminalPort } from "@cleanauth/client/terminal/port.ts";
import { type RunningScreen, runScreen } from "@cleanauth/client/terminal/run-screen.ts";
import { createInMemoryServices, password } from "@cleanauth/client/testing/in-memory-services.ts";
import { percentileOf } from "../../load/paced-calls.ts";
import { medianOf } from "../report/results.ts";
import { atMost, figuresSection } from "./figures.ts";
import type { Bench, Part } from "./part.ts";

/** A terminal of which only is known when what was written. */
interface TimedTerminal extends TerminalPort {
  type(text: string): void;
  /** Milliseconds from now until a text is written. */
  untilWritten(text: string): Promise<number>;
}

function createTimedTerminal(): TimedTerminal {
  let listener: PortListener | undefined;
  const waiting = new Map<string, () => void>();
  return {
    colorDepth: "256",
    size: () => ({ columns: 120, rows: 40 }),
    canTakeMore: () => true,
    saveFile: async (name) => name,
    write(text) {
      for (const [wanted, found] of waiting) {
        if (text.includes(wanted)) found();
      }
    },
    listen(portListener) {
      listener = portListener;
    },
    type: (text) => listener?.input(text),
    untilWritten(text) {
      const from = performance.now();
      return new Promise((resolve, reject) => {
        const tooLate = setTimeout(() => reject(new Error(`${text} was not drawn`)), 20_000);
        waiting.set(text, () => {
          waiting.delete(text);
          clearTimeout(tooLate);
          resolve(performance.now() - from);
        });
      });
    },
  };
}

/** An answer that is given piece by piece from outside. */
function createGivenAnswer() {
  const pieces: string[] = [];
  let wake = () => {};
  let isOver = false;
  async function* ask(): AsyncIterable<AgentEvent> {
    while (!isOver || pieces.length > 0) {
      const text = pieces.shift();
      if (text !== undefined) yield { type: "text", text };
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    const usage = { inputTokens: 1, outputTokens: 1 };
    yield { type: "done", stopReason: "end_turn", usage, rounds: 1 };
  }
  const conversation: Conversation = {
    modelId: () => "given",
    exchanges: () => [],
    ask,
    retry: ask,
  };
  return {
    conversation,
    give(text: string) {
      pieces.push(text);
      wake();
    },
    end() {
      isOver = true;
      wake();
    },
  };
}

/** A syllable that nothing else on the screen holds. */
const rareSyllable = (n: number) => String.fromCodePoint(0xac00 + 7 * n);

async function startChat() {
  const terminal = createTimedTerminal();
  const answer = createGivenAnswer();
  const services = {
    ...createInMemoryServices(),
    createConversation: () => answer.conversation,
  };
  const form = terminal.untilWritten("Sign in");
  const screen = runScreen({ port: terminal, services });
  await form;
  const welcome = terminal.untilWritten("Welcome");
  terminal.type(`demo\r${password}\r`);
  await welcome;
  terminal.type("Begin\r");
  return { terminal, answer, screen };
}

async function end(screen: RunningScreen, answer: ReturnType<typeof createGivenAnswer>) {
  answer.end();
  await screen.close();
}

/** From the arrival of a piece of text to the screen, below a thousand lines of what was said before. */
async function measureDeltas(bench: Bench): Promise<number[]> {
  const { terminal, answer, screen } = await startChat();
  const filled = terminal.untilWritten("item-1000.");
  answer.give(Array.from({ length: 1_000 }, (_, n) => `- This is item-${n + 1}.\n`).join(""));
  await filled;
  const taken: number[] = [];
  for (let n = 0; n < (bench.isQuick ? 20 : 150); n += 1) {
    await sleep(50 + (n % 7) * 5);
    const drawn = terminal.untilWritten(rareSyllable(n));
    answer.give(`${rareSyllable(n)} and so on. ${n % 4 === 0 ? "\n" : ""}`);
    taken.push(await drawn);
  }
  await end(screen, answer);
  return taken;
}

/** From a key to its echo, while an answer of two thousand lines is there and another piece comes. */
async function measureKeys(bench: Bench): Promise<number[]> {
  const { terminal, answer, screen } = await startChat();
  const filled = terminal.untilWritten("item-2000.");
  answer.give(Array.from({ length: 2_000 }, (_, n) => `- This is item-${n + 1}.\n`).join(""));
  await filled;
  const controller = new AbortController();
  const streaming = (async () => {
    while (!controller.signal.aborted) {
      answer.give("and another word ");
      await sleep(20);
    }
  })();
  const taken: number[] = [];
  for (let n = 0; n < (bench.isQuick ? 30 : 200); n += 1) {
    await sleep(60 + (n % 7) * 5);
    const echoed = terminal.untilWritten(rareSyllable(n));
    terminal.type(rareSyllable(n));
    taken.push(await echoed);
    if (n % 20 === 19) terminal.type("\x15");
  }
  controller.abort();
  await streaming;
  await end(screen, answer);
  return taken;
}

export const screen: Part = {
  name: "screen",
  about: "from a delta to the screen, and from a key to its echo",
  async measure(bench) {
    bench.say("from a delta to the screen");
    const deltas = await measureDeltas(bench);
    bench.say("from a key to its echo");
    const keys = (await measureKeys(bench)).sort((a, b) => a - b);
    const p95 = percentileOf(keys, 0.95);
    const figures = [
      {
        what: "delta to screen, 1,000 lines of history, median",
        values: [medianOf(deltas)],
        unit: "ms",
      },
      { what: "key to echo, a 2,000-line answer, median", values: [medianOf(keys)], unit: "ms" },
      { what: "key to echo, a 2,000-line answer, 95th percentile", values: [p95], unit: "ms" },
    ];
    const notes = [
      "A screen of 120×40 in this process: from the event until the bytes are written to the terminal.",
      "While keys are typed, another piece of the answer comes every 20 ms.",
    ];
    return {
      sections: [figuresSection("screen", "The terminal client's screen", figures, notes)],
      goals: [
        atMost("delta to screen with 1,000 lines of history, median", medianOf(deltas), 50, "ms"),
        atMost("key to echo with a 2,000-line answer, 95th percentile", p95, 30, "ms"),
      ],
    };
  },
};
