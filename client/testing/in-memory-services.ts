import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { McpConnection, Tool } from "../agent/agent.ts";
import { createExchange } from "../exchange.ts";
import type { Services } from "../services.ts";
import {
  codeQuestion,
  credentialsQuestion,
  newPasswordQuestion,
} from "../sign-in/cognito-questions.ts";
import type { Question } from "../sign-in/question.ts";
import type { SignIn, SignInStep, TokenSource } from "../sign-in/sign-in.ts";
import { openUserStore } from "../store/user-store.ts";
import { createConversation } from "./in-memory-conversation.ts";
import { noOffers } from "./no-offers.ts";

/**
 * The world in memory, for tests of what a screen does with it. The real chain, over the network, is
 * tested in test/.
 */
export interface InMemoryServices extends Services {
  /** What has been done to the world, in order. */
  readonly log: string[];
  /** MCP sessions and sign-ins that are open now. */
  readonly open: { sessions: number; tokens: number };
}

export const password = "Correct-horse-1";

export interface InMemoryOptions {
  /** Milliseconds between two pieces of an answer. */
  pace?: number;
  /** Thrown by `connect`, once for each element. */
  connectFailures?: readonly AppError[];
  /** Thrown by `ask` in place of an answer, once for each element. */
  askFailures?: readonly AppError[];
  tools?: readonly Tool[];
  /** Answers by the question, in place of those that are made up. */
  answers?: Readonly<Record<string, string>>;
  /** What the server offers beside its tools. */
  offers?: Partial<typeof noOffers>;
  /** Who is signed in from an earlier start. */
  keptUser?: string;
}

const tool = (name: string, description: string, readOnly: boolean): Tool => ({
  name,
  description,
  inputSchema: { type: "object" },
  readOnly,
  destructive: name.startsWith("delete"),
});

export const someTools: readonly Tool[] = [
  tool("whoami", "Tells who the caller is and how the server found out.", true),
  tool("get_forecast", "The weather forecast for a place in the United States.", true),
  tool("add_note", "Keeps a note of yours.", false),
  tool("delete_note", "Deletes one of your notes.", false),
];

/**
 * Makes the world. `demo` signs in with {@link password}; `newbie` must set a new one and give an
 * e-mail address; `mfa` is asked for a code, which is 123456.
 */
export function createInMemoryServices(options: InMemoryOptions = {}): InMemoryServices {
  const {
    pace = 0,
    connectFailures = [],
    askFailures = [],
    tools = someTools,
    answers = {},
  } = options;
  const log: string[] = [];
  const open = { sessions: 0, tokens: 0 };
  const folder = join(stateFolderOfTests(), randomUUID());
  const failures = { connect: [...connectFailures], ask: [...askFailures] };

  return {
    serverUrl: "http://localhost:8080/mcp",
    standIns: ["Cognito", "Bedrock", "weather"],
    modelId: "model-1",
    log,
    open,
    async discover(onExchange) {
      const what = "GET http://localhost:8080/mcp";
      createExchange(onExchange)("MCP server", what)("refused", "401", {
        "WWW-Authenticate": "Bearer",
      });
    },
    async resume() {
      if (options.keptUser === undefined) return null;
      return { ...createTokens(options.keptUser, log, open), isKept: true };
    },
    forget: async () => null,
    createSignIn: () => createSignIn(log, open, pace),
    async connect() {
      await delay(pace);
      const failure = failures.connect.shift();
      if (failure !== undefined) throw failure;
      open.sessions += 1;
      log.push("connected");
      return createConnection(log, open, tools, options.offers);
    },
    openUserStore: (tokens) => openUserStore(folder, tokens.identity),
    createConversation(connection, { exchanges = [] } = {}) {
      log.push("conversation");
      return createConversation(connection, pace, failures.ask, answers, exchanges);
    },
  };
}

let stateFolder: string | undefined;

/** Where this process keeps what its tests keep; it is gone when the process is. */
function stateFolderOfTests(): string {
  if (stateFolder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "cleanauth-test-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    stateFolder = made;
  }
  return stateFolder;
}

function createSignIn(log: string[], open: { tokens: number }, pace: number): SignIn {
  let username = "";
  let asked = credentialsQuestion();
  const ask = (question: Question, problem: AppError | null = null): SignInStep => {
    asked = question;
    return { kind: "question", question, problem };
  };
  const signedIn = (): SignInStep => {
    log.push(`signed in ${username}`);
    open.tokens += 1;
    return { kind: "signed_in", tokens: createTokens(username, log, open) };
  };
  return {
    first: asked,
    cancel() {},
    async answer(answers): Promise<SignInStep> {
      await delay(pace);
      const { password: given = "", code } = answers;
      switch (asked.name) {
        case "CREDENTIALS": {
          username = answers.username ?? "";
          if (given !== password) {
            throw new AppError(
              "sign_in_refused",
              "Cognito refused the sign-in: wrong user name or password",
              "Check both and try again.",
            );
          }
          if (username === "newbie") return ask(newPasswordQuestion(["email"]));
          return username === "mfa" ? ask(codeQuestion("SOFTWARE_TOKEN_MFA", null)) : signedIn();
        }
        case "NEW_PASSWORD_REQUIRED": {
          log.push(`new password with ${JSON.stringify({ email: answers.email })}`);
          if (given.length >= 8) return signedIn();
          return ask(
            asked,
            new AppError(
              "sign_in_password_policy",
              "The new password is too short",
              "Take at least 8 characters.",
            ),
          );
        }
        default: {
          if (code === "123456") return signedIn();
          const [message, hint] = ["The code is wrong", "Type the one shown now."];
          return ask(asked, new AppError("sign_in_wrong_code", message, hint));
        }
      }
    },
  };
}

function createTokens(username: string, log: string[], open: { tokens: number }): TokenSource {
  const expiresAt = Date.now() + 3_600_000;
  let isOpen = true;
  return {
    identity: { issuer: "i", username, subject: `subject-of-${username}`, groups: ["user"] },
    expiresAtMilliseconds: () => expiresAt,
    accessToken: async () => "token",
    accessTokenFor: async () => null,
    isKept: false,
    async signOut() {
      if (isOpen) open.tokens -= 1;
      isOpen = false;
      log.push(`signed out ${username}`);
      return true;
    },
  };
}

function createConnection(
  log: string[],
  open: { sessions: number },
  tools: readonly Tool[],
  offers: InMemoryOptions["offers"],
): McpConnection {
  let isOpen = true;
  return {
    serverName: "cleanauth",
    serverVersion: "0.1.0",
    protocolVersion: "2025-11-25",
    tools: () => tools,
    ...noOffers,
    ...offers,
    callTool: async () => ({ isError: false, text: "" }),
    async close() {
      if (isOpen) open.sessions -= 1;
      isOpen = false;
      log.push("closed");
    },
  };
}
