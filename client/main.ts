import { AppError } from "@cleanauth/common/app-error.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { languageOf } from "./chat/language.ts";
import { commandLineTexts } from "./chat/texts/command-line-texts.ts";
import { errorLine, LocalizedError } from "./localized-error.ts";
import type { OneShotOutput } from "./one-shot-output.ts";

// The terminal client. What it needs is loaded when it is needed: --help and a wrong option answer at
// once, and the sign-in form is there before the SDKs are.

const { LC_ALL, LC_MESSAGES, LANG } = process.env;
const language = languageOf(LC_ALL || LC_MESSAGES || LANG);
const texts = commandLineTexts[language];

/** The exit codes that a shell gives to programs that a signal ended. */
const exitCodeOfSignal = { SIGINT: exitCode.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

process.exitCode = await run();
process.exit();

async function run(): Promise<number> {
  try {
    const parsed = parseArguments(process.argv.slice(2));
    if (parsed.help) {
      process.stdout.write(texts.usage);
      return exitCode.done;
    }
    if (parsed.logout) return await runLogout(parsed);
    const isOneShot = parsed.prompt !== undefined || parsed.listTools;
    if (!isOneShot && /^wss?:/i.test(parsed.serverUrl ?? "")) return await runAttached(parsed);
    return await (isOneShot ? runCommand(parsed) : runInterface(parsed));
  } catch (error) {
    return complain(error);
  }
}

/** The terminal interface. */
async function runInterface(parsed: Arguments): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new LocalizedError("usage_no_terminal", {
      en: [
        "The terminal interface needs a terminal, and there is none",
        'Ask one question with --prompt "TEXT".',
      ],
      ko: ["터미널 화면을 열 터미널이 없습니다", '--prompt "TEXT"로 질문 하나를 하세요.'],
    });
  }
  const { services, username, password } = await setUp(parsed);
  const { runTerminal } = await import("./terminal/run-terminal.ts");
  const { backgroundOfEnvironment } = await import("./terminal/background.ts");
  const background = backgroundOfEnvironment(process.env.COLORFGBG);
  return runTerminal({
    services,
    language,
    ...(background === null ? {} : { background }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
}

/** A WebSocket's URL is that of a web terminal, which has this interface ready. */
async function runAttached({ serverUrl = "", insecure }: Arguments): Promise<number> {
  const { parseAttachArguments } = await import("./attach/arguments.ts");
  const { attachThisTerminal } = await import("./attach/attach-this-terminal.ts");
  const words = [serverUrl, ...(insecure ? ["--insecure"] : [])];
  const { url } = parseAttachArguments(words, 8501);
  return attachThisTerminal({ url, language, tell: (line) => console.log(line) });
}

/** `--logout`. */
async function runLogout(parsed: Arguments): Promise<number> {
  const { services } = await setUp(parsed);
  const signedOut = await services.forget();
  if (signedOut === null) console.log(texts.nobodySignedIn);
  else {
    const { username, isRevoked } = signedOut;
    console.log(isRevoked ? texts.signedOut(username) : texts.signedOutHere(username));
  }
  return exitCode.done;
}

/** `--prompt` and `--list-tools`. */
async function runCommand(parsed: Arguments): Promise<number> {
  process.on("uncaughtException", (error) => process.exit(complain(error)));
  const stop = stopOnSignals();
  const output = await createOutput(parsed.json);
  try {
    const { services, username, password } = await setUp(parsed);
    const { runOneShot } = await import("./one-shot.ts");
    const { untilAborted } = await import("./agent/interrupted.ts");
    const { signal } = stop;
    const declined = await runOneShot({
      services,
      output,
      credentials: {
        username,
        password: await untilAborted(readPassword(parsed, password), signal),
      },
      question: await untilAborted(readQuestion(parsed), signal),
      prompt: await openPrompt(signal),
      tell: (line) => console.error(line),
      language,
      signal,
    });
    if (declined.length > 0) {
      console.error(texts.notRun(declined.join(", ")));
    }
    return exitCode.done;
  } catch (error) {
    if (stop.isPipeClosed()) return exitCode.done;
    output.failed(error);
    const isInterrupted = error instanceof AppError && error.code === "interrupted";
    return isInterrupted ? stop.exitCode() : complain(error);
  }
}

async function setUp(parsed: Arguments) {
  const { serverUrl, insecure, browser, machine } = parsed;
  const way = machine ? "machine" : browser ? "browser" : "password";
  const { awsEnvironment, readClientEnvironment, readClientSettings } = await import("./config.ts");
  const argument = serverUrl === undefined ? {} : { serverUrl };
  const environment = readClientEnvironment(process.env, argument);
  const settings = readClientSettings(environment, { ...argument, insecure, way });
  Object.assign(process.env, awsEnvironment(environment));
  const { createServices, withoutAsking } = await import("./create-services.ts");
  // A password that a program gives stands for a sign-in of its own, of which nothing is left.
  const isGiven = environment.CLEANAUTH_PASSWORD !== undefined || parsed.passwordStdin;
  const isOneShot = parsed.prompt !== undefined || parsed.listTools;
  const keepsSignIn = browser || !isOneShot || !isGiven;
  const services = createServices(settings, { keepsSignIn });
  return {
    services: parsed.yes ? withoutAsking(services) : services,
    // In the browser it is said there who signs in; a machine is nobody.
    username: way === "password" ? (parsed.username ?? environment.CLEANAUTH_USER) : undefined,
    password: way === "password" ? environment.CLEANAUTH_PASSWORD : undefined,
  };
}

async function createOutput(isJson: boolean): Promise<OneShotOutput> {
  const { createJsonOutput, createTextOutput } = await import("./one-shot-output.ts");
  return isJson
    ? createJsonOutput(process.stdout, language)
    : createTextOutput(process.stdout, process.stderr, language);
}

async function readPassword(
  parsed: Arguments,
  fromEnvironment: string | undefined,
): Promise<string | undefined> {
  if (!parsed.passwordStdin) return fromEnvironment;
  if (process.stdin.isTTY) {
    throw new LocalizedError("usage_password_stdin", {
      en: [
        "--password-stdin reads from a pipe, and standard input is a terminal",
        "Leave it out to be asked for the password.",
      ],
      ko: [
        "--password-stdin은 파이프에서 읽는데, 표준 입력이 터미널입니다",
        "이 옵션을 빼면 비밀번호를 물어봅니다.",
      ],
    });
  }
  const { readPasswordLine } = await import("./standard-input.ts");
  return readPasswordLine(process.stdin);
}

async function readQuestion({ prompt, listTools }: Arguments): Promise<string | null> {
  if (listTools || prompt === undefined) return null;
  if (prompt !== "-") return prompt;
  const { readInput } = await import("./standard-input.ts");
  return (await readInput(process.stdin, 1_000_000)).trim();
}

/** Questions go to stderr: stdout is for the answer. */
async function openPrompt(signal: AbortSignal) {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const { createTerminalPrompt } = await import("./password-prompt.ts");
  return createTerminalPrompt(process.stdin, process.stderr, signal);
}

/** The first signal stops what is under way and lets it clean up, the second ends it outright. */
function stopOnSignals() {
  const controller = new AbortController();
  let code: number = exitCode.interrupted;
  let isPipeClosed = false;
  for (const [signal, codeOfSignal] of Object.entries(exitCodeOfSignal)) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(code);
      code = codeOfSignal;
      controller.abort();
    });
  }
  // Whoever reads the answer has had enough of it (`… | head -1`).
  process.stdout.on("error", () => {
    isPipeClosed = true;
    controller.abort();
  });
  process.stderr.on("error", () => {});
  return {
    signal: controller.signal,
    exitCode: () => code,
    isPipeClosed: () => isPipeClosed,
  };
}

/** Tells what failed in one line; returns the exit code that goes with it. */
function complain(error: unknown): number {
  console.error(errorLine(error, language));
  return exitCodeOf(error);
}
