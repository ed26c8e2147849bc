import type { Language } from "../chat/language.ts";
import type { ThemeChoice } from "../chat/model.ts";
import { view } from "../chat/view.ts";
import { createProgram } from "../program.ts";
import type { Services } from "../services.ts";
import type { Background } from "./background.ts";
import { createInputParser, inputPauseMilliseconds } from "./input-parser.ts";
import type { TerminalPort } from "./port.ts";
import type { InputEvent } from "./read-input.ts";
import { openScreen } from "./screen.ts";

/** A chat on a screen. */
export interface RunningScreen {
  /** Resolves once the user has left or nobody is there any more, and all is put away. */
  readonly ended: Promise<void>;
  /** True from the first key that was pressed until now: milliseconds since the epoch of the last. */
  lastInputAt(): number;
  /** Since when nobody is signed in: milliseconds since the epoch; null while somebody is. */
  signedOutSince(): number | null;
  /** Of the interface, as its user has chosen it. */
  language(): Language;
  /** Gives the terminal back at once, then puts everything away. Safe to call again. */
  close(): Promise<void>;
}

/** Deltas arrive faster than anyone reads; what they change is drawn together. */
const frameMilliseconds = 30;
/** Whoever types sees it sooner than that, however fast an answer comes. */
const echoMilliseconds = 10;
/** How long to wait before looking again whether a slow reader has caught up. */
const retryMilliseconds = 100;

/**
 * Runs the chat on a terminal until its user leaves.
 *
 * @param options.port the terminal
 * @param options.services the world
 * @param options.language of the interface, until the user has chosen one
 * @param options.background what is behind the text, until the terminal has said it
 * @param options.username prefilled in the sign-in form
 * @param options.password prefilled in the sign-in form
 */
export function runScreen(options: {
  port: TerminalPort;
  services: Services;
  language?: Language | undefined;
  background?: Background | undefined;
  username?: string | undefined;
  password?: string | undefined;
}): RunningScreen {
  const { port, services, language, username, password } = options;
  let terminalBackground = options.background ?? "dark";
  let theme: ThemeChoice = "auto";
  const background = () => (theme === "auto" ? terminalBackground : theme);
  let screen = openScreen(port, background());
  const parser = createInputParser();
  let isTorn = false;
  let usesMouse = true;
  const painter = createPainter(port, () => {
    // At most once a frame: drawing everything anew is dear, and asking for it costs one byte.
    if (isTorn) screen.resize();
    isTorn = false;
    screen.show(view(program.model()));
  });
  let pauseTimer: NodeJS.Timeout | undefined;
  let lastInputAt = Date.now();
  let signedOutSince: number | null = Date.now();
  let finish = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const program = createProgram({
    services,
    language,
    size: port.size(),
    username,
    password,
    saveFile: (name, text) => port.saveFile(name, text),
    onChange({ phase }) {
      if (phase.name !== "sign_in") signedOutSince = null;
      else signedOutSince ??= Date.now();
      painter.request();
    },
    onRedraw() {
      isTorn = true;
      painter.request();
    },
    onCopy: (text) => screen.copy(text),
    onUseMouse(on) {
      usesMouse = on;
      screen.useMouse(on);
    },
    onTheme(chosen) {
      theme = chosen;
      screen.useBackground(background());
    },
    onExit: () => void close(),
  });

  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= (async () => {
      painter.stop();
      clearTimeout(pauseTimer);
      screen.close();
      await program.dispose();
      finish();
    })();
    return closing;
  }

  function take(events: readonly InputEvent[]): void {
    for (const event of events) {
      if (event.type === "background") {
        terminalBackground = event.background;
        screen.useBackground(background());
      } else {
        lastInputAt = Date.now();
        program.send(event);
      }
    }
  }

  port.listen({
    input(text) {
      clearTimeout(pauseTimer);
      take(parser.push(text));
      painter.request(echoMilliseconds);
      if (!parser.isHolding() || closing !== undefined) return;
      pauseTimer = setTimeout(() => take(parser.pause()), inputPauseMilliseconds);
    },
    resized() {
      screen.resize();
      program.send({ type: "resized", size: port.size() });
    },
    renewed() {
      if (closing !== undefined) return;
      screen.close();
      screen = openScreen(port, background());
      screen.useMouse(usesMouse);
      program.send({ type: "resized", size: port.size() });
    },
    closed: () => void close(),
  });
  painter.request();
  return {
    ended,
    close,
    lastInputAt: () => lastInputAt,
    signedOutSince: () => signedOutSince,
    language: () => program.model().language,
  };
}

/**
 * Draws at once what changes after a pause; otherwise the pause between two drawings is what is asked for,
 * {@link frameMilliseconds} by default.
 */
function createPainter(port: TerminalPort, paint: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let lastPaintAt = 0;
  let dueAt = 0;
  let isStopped = false;

  function request(pauseMilliseconds = frameMilliseconds): void {
    const now = Date.now();
    const at = Math.max(now, lastPaintAt + pauseMilliseconds);
    if (isStopped || (timer !== undefined && dueAt <= at)) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(attempt, at - now);
  }

  function attempt(): void {
    timer = undefined;
    if (isStopped) return;
    if (!port.canTakeMore()) {
      timer = setTimeout(attempt, retryMilliseconds);
      return;
    }
    lastPaintAt = Date.now();
    paint();
  }

  return {
    request,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
