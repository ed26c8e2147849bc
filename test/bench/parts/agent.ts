import type { McpConnection, Tool } from "@cleanauth/client/agent/agent.ts";
import type { Model } from "@cleanauth/client/agent/bedrock-model.ts";
import { createConversation } from "@cleanauth/client/agent/conversation.ts";
import { noOffers } from "@cleanauth/client/testing/no-offers.ts";
import { figuresSection } from "./figures.ts";
import type { Part } from "./part.ts";

const roundsOfTools = 8;

const tool: Tool = {
  name: "whoami",
  description: "Who is signed in.",
  inputSchema: { type: "object" },
  readOnly: true,
  destructive: false,
};

/** A model that takes no time: it asks for a tool some times, and is done. */
function instantModel(): Model {
  let turns = 0;
  const usage = { inputTokens: 1, outputTokens: 1 };
  return {
    modelId: "instant",
    async *converse() {
      turns += 1;
      const isDone = turns % (roundsOfTools + 1) === 0;
      yield { type: "text", text: "So be it." };
      const toolUses = isDone ? [] : [{ id: `use-${turns}`, name: "whoami", input: {} }];
      const stopReason = isDone ? "end_turn" : "tool_use";
      yield { type: "turn", turn: { stopReason, texts: ["So be it."], toolUses, usage } };
    },
  };
}

/** A server that takes no time. */
const connection: McpConnection = {
  ...noOffers,
  serverName: "instant",
  serverVersion: "1",
  protocolVersion: "2025-11-25",
  tools: () => [tool],
  callTool: async () => ({ isError: false, text: "demo" }),
  close: async () => {},
};

export const agent: Part = {
  name: "agent",
  about: "the agent loop's own time for each round of a conversation",
  async measure(bench) {
    bench.say("the agent loop");
    const rounds: number[] = [];
    const questions = bench.isQuick ? 50 : 200;
    const signal = new AbortController().signal;
    for (let taken = 0; taken < (bench.isQuick ? 2 : 6); taken += 1) {
      const conversation = createConversation(instantModel(), connection);
      const before = process.cpuUsage();
      let results = 0;
      for (let n = 0; n < questions; n += 1) {
        const events = conversation.ask("Who am I?", { signal, approve: async () => true });
        for await (const event of events) if (event.type === "tool_result") results += 1;
      }
      if (results !== questions * roundsOfTools) throw new Error(`${results} tools were run`);
      const { user, system } = process.cpuUsage(before);
      // The first one is for V8, to compile.
      if (taken > 0) rounds.push((user + system) / 1000 / (questions * (roundsOfTools + 1)));
    }
    const what = `one round, in a conversation of ${questions} questions`;
    const figures = [{ what, values: rounds, unit: "ms" }];
    const notes = [
      "CPU time with a model and a server that answer at once: what is left is the loop itself.",
    ];
    return { sections: [figuresSection("agent", "The agent loop", figures, notes)], goals: [] };
  },
};
