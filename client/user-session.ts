import type {
  AgentEvent,
  AskOptions,
  Conversation,
  Exchange,
  McpConnection,
} from "./agent/agent.ts";
import { type ModelOptions, traitsOf } from "./agent/model-options.ts";
import { type Approvals, createApprovals } from "./approvals.ts";
import type { Language } from "./chat/language.ts";
import type { Effect, Message } from "./chat/messages.ts";
import type { ServerSummary } from "./chat/model.ts";
import { costOf } from "./cost.ts";
import { LocalizedError } from "./localized-error.ts";
import { createServerOffers } from "./server-offers.ts";
import type { Services } from "./services.ts";
import { entriesOfExchange } from "./shown-conversation.ts";
import { problemOf, serverOf } from "./shown-text.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";
import { conversationMarkdown } from "./store/conversation-markdown.ts";
import { newConversationId, type StoredExchange } from "./store/conversation-store.ts";
import type { UserSettings } from "./store/settings-store.ts";
import { stripToLine } from "./terminal-text.ts";

/** An effect that begins an answer. */
export type AskEffect = Extract<Effect, { type: "ask" | "use_prompt" | "retry" }>;

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
  /** Carries out an effect that is about what is kept or attached; false for any other. */
  run(effect: Effect): boolean;
  /** To be called when an answer is complete: keeps the exchange, tells what it took. */
  answered(usage: Parameters<typeof costOf>[0]): Promise<void>;
}

const listedSessions = 50;
const rememberedModels = 20;

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

  const offers = createServerOffers(connection, tell);
  const approvals = createApprovals(store.settings, services.serverUrl);
  const server = () => serverOf(connection, approvals.standing);

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

  /** Which model is asked, and which may be: those that are known from the settings, or have answered. */
  function tellModel(): void {
    const { prices = {}, models = [] } = settings;
    const modelId = conversation.modelId();
    const known = new Set([services.modelId, modelId, ...models, ...Object.keys(prices)]);
    tell({
      type: "model_chosen",
      modelId,
      models: [...known].map((id) => ({
        id,
        isDefault: id === services.modelId,
        hasAnswered: models.includes(id),
        takesImages: traitsOf(id).takesImages,
        price: Object.hasOwn(prices, id) ? (prices[id] ?? null) : null,
      })),
    });
  }

  function rememberModel(modelId: string): void {
    const { models = [] } = settings;
    if (models.includes(modelId)) return;
    change({ models: [...models, modelId].slice(-rememberedModels) });
    tellModel();
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
    offers.clear();
    conversation = begin(kept.map(({ messages }) => messages));
    const entries = kept.flatMap(({ messages }) =>
      entriesOfExchange(messages, tokens.identity.username),
    );
    tell({ type: "resumed", title: stripToLine(chosen.title, 80), entries });
  }

  function startOver(): void {
    id = newConversationId(Date.now());
    kept = [];
    conversation = begin([]);
    offers.clear();
  }

  const { language = null, theme = null } = settings;
  tell({ type: "settings_read", language, theme });
  tellModel();
  return {
    approvals,
    async *ask(effect, askOptions) {
      const asked = conversation;
      if (effect.type === "retry") return yield* asked.retry(askOptions);
      const question = await offers.question(effect, askOptions.signal);
      yield* asked.ask(question, askOptions);
    },
    server,
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
          tellModel();
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
        case "ask_again":
          attempt(async () => {
            approvals.forget(effect.tool);
            tell({ type: "server_changed", server: server() });
            tell({ type: "asks_again", tool: effect.tool });
          });
          return true;
        default:
          return offers.run(effect);
      }
    },
    async answered(usage) {
      const cost = costOf(usage, conversation.modelId(), settings.prices ?? {});
      const { inputTokens, outputTokens } = usage;
      tell({ type: "spent", inputTokens, outputTokens, cost });
      rememberModel(conversation.modelId());
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
