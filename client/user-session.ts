import type {
  AgentEvent,
  AskOptions,
  Conversation,
  Exchange,
  McpConnection,
} from "./agent/agent.ts";
import type { ModelOptions } from "./agent/model-options.ts";
import { type Approvals, createApprovals } from "./approvals.ts";
import type { Language } from "./chat/language.ts";
import type { Effect, Message } from "./chat/messages.ts";
import type { ServerSummary } from "./chat/model.ts";
import type { EntryContent } from "./chat/transcript.ts";
import { costOf } from "./cost.ts";
import { LocalizedError } from "./localized-error.ts";
import type { Services } from "./services.ts";
import { argumentsOf, problemOf, serverOf } from "./shown-text.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";
import { conversationMarkdown } from "./store/conversation-markdown.ts";
import { newConversationId, type StoredExchange } from "./store/conversation-store.ts";
import type { UserSettings } from "./store/settings-store.ts";
import { stripControlCharacters, stripToLine } from "./terminal-text.ts";

/** An effect that begins an answer. */
export type AskEffect = Extract<Effect, { type: "ask" | "retry" }>;

/** What belongs to a signed-in user on one screen: the conversation, and what is kept of it. */
export interface UserSession {
  readonly approvals: Approvals;
  /**
   * Asks the model.
   * @throws AppError as {@link Conversation} says
   */
  ask(effect: AskEffect, options: AskOptions): AsyncIterable<AgentEvent>;
  /** The server and its tools as they are now. */
  server(): ServerSummary;
  /** Carries out an effect that is about what is kept; false for any other. */
  run(effect: Effect): boolean;
  /** To be called when an answer is complete: keeps the exchange, tells what it took. */
  answered(usage: Parameters<typeof costOf>[0]): Promise<void>;
}

const listedSessions = 50;

/**
 * Opens what belongs to a user.
 *
 * @param options.services the world
 * @param options.tokens who it is
 * @param options.connection the MCP session
 * @param options.saveFile gives the user a file
 * @param options.language of what is exported, asked when it is
 * @param options.tell told what came of it; texts in it may be shown
 */
export function openUserSession(options: {
  services: Services;
  tokens: TokenSource;
  connection: McpConnection;
  saveFile: (name: string, text: string) => Promise<string>;
  language: () => Language;
  tell: (message: Message) => void;
}): UserSession {
  const { services, tokens, connection, tell } = options;
  const store = services.openUserStore(tokens);
  let settings = readSettings();
  let id = newConversationId(Date.now());
  let conversation = begin([]);
  let kept: readonly StoredExchange[] = [];
  let listed: readonly { id: string; title: string }[] = [];

  function readSettings(): Partial<UserSettings> {
    try {
      return store.settings.read();
    } catch (error) {
      tell({ type: "failed", problem: problemOf(error) });
      return {};
    }
  }

  function begin(exchanges: readonly Exchange[]): Conversation {
    const choices = (): ModelOptions => ({
      modelId: settings.modelId,
      temperature: settings.temperature,
      systemPrompt: settings.systemPrompt,
    });
    return services.createConversation(connection, { exchanges, choices });
  }

  /** Holds for this session even where it cannot be kept. */
  function change(changes: Partial<UserSettings>): void {
    settings = { ...settings, ...changes };
    attempt(async () => {
      store.settings.change(changes);
    });
  }

  function attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => tell({ type: "failed", problem: problemOf(error) }));
  }

  async function list() {
    listed = (await store.conversations.list()).slice(0, listedSessions);
    return listed;
  }

  async function resume(number: number): Promise<void> {
    const sessions = listed.length === 0 ? await list() : listed;
    const chosen = sessions[number - 1];
    if (chosen === undefined) {
      throw new LocalizedError("conversation_unknown", {
        en: [`There is no conversation ${number}`, "/sessions lists those that were kept."],
        ko: [`${number}번 대화는 없습니다`, "/sessions로 저장된 대화를 볼 수 있습니다."],
      });
    }
    kept = await store.conversations.read(chosen.id);
    id = chosen.id;
    conversation = begin(kept.map(({ messages }) => messages));
    const entries = kept.flatMap(({ messages }) => entriesOf(messages, tokens.identity.username));
    tell({ type: "resumed", title: stripToLine(chosen.title, 80), entries });
  }

  function startOver(): void {
    id = newConversationId(Date.now());
    kept = [];
    conversation = begin([]);
  }

  const { language = null, theme = null } = settings;
  tell({ type: "settings_read", language, theme });
  tell({ type: "model_chosen", modelId: conversation.modelId() });
  return {
    approvals: createApprovals(store.settings, services.serverUrl),
    ask: (effect, askOptions) =>
      effect.type === "retry"
        ? conversation.retry(askOptions)
        : conversation.ask(effect.question, askOptions),
    server: () => serverOf(connection),
    run(effect) {
      switch (effect.type) {
        case "start_over":
          startOver();
          return true;
        case "choose_language":
          change({ language: effect.language });
          return true;
        case "choose_theme":
          change({ theme: effect.theme });
          return true;
        case "choose_model":
          change({ modelId: effect.modelId ?? undefined });
          tell({ type: "model_chosen", modelId: conversation.modelId() });
          return true;
        case "choose_temperature":
          change({ temperature: effect.temperature ?? undefined });
          return true;
        case "choose_system_prompt":
          change({ systemPrompt: effect.systemPrompt ?? undefined });
          return true;
        case "list_sessions":
          attempt(async () => {
            const sessions = await store.conversations.list();
            listed = sessions.slice(0, listedSessions);
            tell({ type: "sessions_listed", sessions: sessions.slice(0, listedSessions) });
          });
          return true;
        case "resume":
          attempt(() => resume(effect.number));
          return true;
        case "export":
          attempt(async () => {
            const text = conversationMarkdown(kept, options.language());
            const place = await options.saveFile(`cleanauth-${id}.md`, text);
            tell({ type: "exported", place: stripToLine(place) });
          });
          return true;
        default:
          return false;
      }
    },
    async answered(usage) {
      const cost = costOf(usage, conversation.modelId(), settings.prices ?? {});
      const { inputTokens, outputTokens } = usage;
      tell({ type: "spent", inputTokens, outputTokens, cost });
      const exchanges = conversation.exchanges();
      const messages = exchanges.at(-1);
      if (messages === undefined || messages === kept.at(-1)?.messages) return;
      const exchange = { at: new Date().toISOString(), messages };
      const isReplaced = exchanges.length === kept.length;
      kept = [...kept.slice(0, exchanges.length - 1), exchange];
      if (isReplaced) await store.conversations.replace(id, kept);
      else await store.conversations.append(id, exchange);
    },
  };
}

/** What a kept exchange shows. Neither how long a tool took nor more of its outcome was kept. */
function entriesOf(messages: Exchange, username: string): EntryContent[] {
  const results = messages
    .flatMap(({ content = [] }) => content)
    .flatMap(({ toolResult }) => (toolResult === undefined ? [] : [toolResult]));
  return messages.flatMap(({ role, content = [] }) =>
    content.flatMap((block): EntryContent[] => {
      if (block.text !== undefined) {
        const text = stripControlCharacters(block.text);
        if (role === "user") return [{ kind: "question", text }];
        const piece = { source: text, prefix: "", continues: false as const };
        return [{ kind: "answer", ...piece, isGrowing: false }];
      }
      if (block.toolUse === undefined) return [];
      const { toolUseId = "", name = "", input } = block.toolUse;
      const result = results.find((each) => each.toolUseId === toolUseId);
      const text = (result?.content ?? []).map((part) => part.text ?? "").join("\n");
      return [
        {
          kind: "tool",
          callId: stripToLine(toolUseId),
          tool: stripToLine(name),
          arguments: argumentsOf((input ?? {}) as Record<string, unknown>),
          state: result?.status === "error" ? "error" : "ok",
          result: stripControlCharacters(text),
          durationMilliseconds: null,
          progress: "",
          caller: stripToLine(username, 40),
          isOpen: false,
        },
      ];
    }),
  );
}
