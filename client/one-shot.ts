import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { McpConnection } from "./agent/agent.ts";
import { untilAborted } from "./agent/interrupted.ts";
import type { Language } from "./chat/language.ts";
import { transcriptTexts } from "./chat/texts/transcript-texts.ts";
import { errorLine } from "./localized-error.ts";
import type { OneShotOutput } from "./one-shot-output.ts";
import { type Credentials, signInForCommand } from "./one-shot-sign-in.ts";
import type { TerminalPrompt } from "./password-prompt.ts";
import type { Services } from "./services.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";

/** How long leaving waits for a connection that is just being made, to end its session. */
const leaveMilliseconds = 2_000;

/**
 * Signs in, connects, asks one question (or lists the tools) and leaves: the session on the server is
 * ended and the refresh token revoked, unless the sign-in is kept, whatever happened in between.
 *
 * @param options.question what is asked; null lists the tools
 * @param options.prompt the terminal; null without one
 * @param options.tell shows a line that needs no answer, terminal or not
 * @param options.language of what is asked and told
 * @param options.signal stops it
 * @returns names of the tools that were declined, because nobody could be asked about them
 * @throws AppError for whatever kept it from being done
 */
export async function runOneShot(options: {
  services: Services;
  credentials: Credentials;
  question: string | null;
  output: OneShotOutput;
  prompt: TerminalPrompt | null;
  tell: (line: string) => void;
  language: Language;
  signal: AbortSignal;
}): Promise<readonly string[]> {
  const { services, output, question, signal } = options;
  const declined = new Set<string>();
  let tokens: TokenSource | undefined;
  let connecting: Promise<McpConnection> | undefined;
  try {
    const begin = () => {
      const signIn = services.createSignIn();
      signal.addEventListener("abort", () => signIn.cancel(), { once: true });
      return signIn;
    };
    const { credentials, prompt, tell, language } = options;
    const signInByHand = () => signInForCommand(begin, credentials, { prompt, tell, language });
    /** A password that is given stands for a sign-in of its own; else the one that is kept will do. */
    const resumeOr = async (otherwise: () => Promise<TokenSource>) => {
      if (credentials.password !== undefined) return otherwise();
      const resumed = await services.resume(credentials.username).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        tell(errorLine(error, language));
        return null;
      });
      return resumed ?? otherwise();
    };
    tokens = await untilAborted(resumeOr(signInByHand), signal);
    output.signedIn(tokens);
    // Without a terminal there is nobody to go on in a browser.
    const onStepUp = (url: string) => {
      if (prompt !== null) tell(transcriptTexts[language].stepUp(url));
      return prompt !== null;
    };
    connecting = services.connect(tokens, { onStepUp });
    const connection = await untilAborted(connecting, signal);
    output.connected(connection, services.serverUrl);
    if (question === null) {
      output.tools(connection.tools());
      return [];
    }
    const answer = services.createConversation(connection).ask(question, {
      signal,
      approve: async (_call, tool) => {
        declined.add(tool.name);
        return false;
      },
    });
    for await (const event of answer) output.event(event);
    return [...declined];
  } finally {
    output.end();
    const closed = connecting?.then((connection) => connection.close()).catch(() => {});
    await Promise.race([closed, delay(leaveMilliseconds, undefined, { ref: false })]);
    if (tokens?.isKept === false) await tokens.signOut();
  }
}
