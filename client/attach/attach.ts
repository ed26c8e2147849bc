import { StringDecoder } from "node:string_decoder";
import type { ReadStream, WriteStream } from "node:tty";
import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { WebSocket } from "ws";
import { describeNetworkFailure } from "../network-failure.ts";
import { saveNewFile } from "../store/private-files.ts";
import { stripToLine } from "../terminal-text.ts";
import { parseServerMessage, withinBounds } from "../web/protocol.ts";

/** Ctrl-], as telnet has it: nothing that is attached to uses it. */
const detachKey = "\x1d";
const inputPieceLength = 8 * 1024;
const mostFiles = 50;
const connectMilliseconds = 10_000;

/**
 * What the far end may have switched on: mouse and paste reports, application keys, colours, the
 * alternate screen, the hidden cursor. It may be gone without having switched it off again.
 */
const restoreTerminal = "\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?1l\x1b>\x1b[m\x1b[?1049l\x1b[?25h";

/**
 * Shows a web terminal's screen in a terminal until it ends, the user detaches, or the signal stops
 * it. However it ends, the terminal is as it was before.
 *
 * @param options.url a ws or wss URL
 * @param options.input usually `process.stdin`
 * @param options.output usually `process.stdout`
 * @param options.signal detaches
 * @returns which files were saved in the working directory, and how it ended, a line each
 * @throws AppError `server_…` when the connection was refused, never came about, or broke
 */
export async function attach(options: {
  url: URL;
  input: ReadStream;
  output: WriteStream;
  signal: AbortSignal;
}): Promise<string> {
  const { url, input, output, signal } = options;
  const socket = await open(url, signal);
  const decoder = new StringDecoder("utf8");
  const send = (message: object) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const sendSize = () => {
    const { columns, rows } = output;
    send({ type: "resize", ...withinBounds({ columns, rows }) });
  };

  return new Promise((resolve, reject) => {
    let farewell: string | undefined;
    const kept: string[] = [];
    const keepFile = ({ name, text }: { name: string; text: string }) => {
      // The screen is the far end's; where its files went is told once it is gone. A user exports a
      // few: whoever sends more wants to fill the disk.
      if (kept.length >= mostFiles) return;
      try {
        kept.push(`Saved ${saveNewFile(".", name, text)}`);
      } catch (error) {
        kept.push(formatError(error));
      }
    };
    const detach = () => {
      farewell = "Detached.";
      socket.close(1000);
      // The other side need not answer for this one to be over.
      setTimeout(() => socket.terminate(), 500).unref();
    };
    const onInput = (bytes: Buffer) => {
      const text = decoder.write(bytes);
      const end = text.indexOf(detachKey);
      const typed = end === -1 ? text : text.slice(0, end);
      for (let start = 0; start < typed.length; start += inputPieceLength) {
        send({ type: "input", data: typed.slice(start, start + inputPieceLength) });
      }
      if (end !== -1) detach();
    };
    const restore = () => {
      input.off("data", onInput);
      input.off("end", detach);
      output.off("resize", sendSize);
      signal.removeEventListener("abort", detach);
      output.write(restoreTerminal);
      input.setRawMode(false);
      input.pause();
    };

    socket.on("message", (data) => {
      const message = parseServerMessage(String(data));
      if (message?.type === "output") output.write(message.data);
      if (message?.type === "file") keepFile(message);
      if (message?.type === "exit") farewell = stripToLine(message.message);
    });
    socket.on("close", () => {
      restore();
      if (farewell !== undefined) resolve([...kept, farewell].join("\n"));
      else reject(lost(url));
    });
    input.setRawMode(true);
    input.on("data", onInput);
    input.on("end", detach);
    input.on("error", detach);
    output.on("error", detach);
    output.on("resize", sendSize);
    signal.addEventListener("abort", detach);
    if (signal.aborted) detach();
    sendSize();
  });
}

function open(url: URL, signal: AbortSignal): Promise<WebSocket> {
  const socket = new WebSocket(url, { handshakeTimeout: connectMilliseconds });
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      reject(new AppError("interrupted", "Stopped before it was attached", "Start it again."));
      socket.terminate();
    };
    signal.addEventListener("abort", giveUp);
    socket.once("close", () => signal.removeEventListener("abort", giveUp));
    socket.once("open", () => {
      signal.removeEventListener("abort", giveUp);
      // What breaks later ends in `close`, where it is told.
      socket.on("error", () => {});
      resolve(socket);
    });
    socket.once("unexpected-response", (_request, response) => {
      reject(
        new AppError(
          "server_refused",
          `${url.host} answered ${response.statusCode} in place of opening a terminal`,
          "Check the URL: it is the address of a web terminal, by a name that it is called by.",
        ),
      );
      socket.terminate();
    });
    socket.once("error", (error) => {
      reject(
        new AppError(
          "server_unreachable",
          `No web terminal at ${url.host}: ${describeNetworkFailure(error) ?? error.message}`,
          "Start one with make start, or give the URL of another.",
          { cause: error },
        ),
      );
    });
  });
}

function lost(url: URL): AppError {
  return new AppError(
    "server_connection_lost",
    `The connection to ${url.host} broke`,
    "Attach again; the screen begins anew, with a sign-in.",
  );
}
