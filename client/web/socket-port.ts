import type { RawData, WebSocket } from "ws";
import { type Allowance, createAllowance } from "../allowance.ts";
import type { Size } from "../chat/model.ts";
import type { PortListener, TerminalPort } from "../terminal/port.ts";
import { parseClientMessage, type ServerMessage } from "./protocol.ts";
import type { WebLimits } from "./web-limits.ts";

/** The terminal at the far end of a WebSocket. */
export interface SocketPort extends TerminalPort {
  /** Tells by what id the screen can be found again after the connection broke. */
  tellScreen(id: string): void;
  /** Ends the connection with a last message for the person in front of it. */
  end(message: string): void;
}

/** RFC 6455, 7.4.1. */
export const closeCodes = { done: 1000, policyViolation: 1008 };

/** What a frame costs of the allowance beside its characters. */
const frameCost = 64;
/** How many cells of a new size cost as much as a character. */
const cellsPerCharacter = 10;

/** Sizes come in quick succession while a window is dragged; each one costs a whole new grid. */
const resizePauseMilliseconds = 50;

/**
 * Waits for the first message of a connection, which tells the screen's size, and makes a port of it.
 *
 * @param socket an open WebSocket
 * @param limits what the connection may do
 * @returns null when the connection ended before, or did not keep to the protocol and was ended
 */
export function openSocketPort(socket: WebSocket, limits: WebLimits): Promise<SocketPort | null> {
  return new Promise((resolve) => {
    const giveUp = () => {
      violation(socket, "the size of the screen comes first");
      resolve(null);
    };
    const timer = setTimeout(giveUp, limits.firstMessageSeconds * 1000);
    const allowance = createAllowance(limits.inputBurst, limits.inputBurst / 16);
    // ws answers these by itself, also before anything else is said; each one is work all the same.
    for (const name of ["ping", "pong"] as const) {
      socket.on(name, () => {
        if (socket.readyState === socket.OPEN && !allowance.take(frameCost)) tooMuch(socket);
      });
    }
    const onClose = () => {
      clearTimeout(timer);
      resolve(null);
    };
    socket.once("close", onClose);
    socket.once("message", (data, isBinary) => {
      clearTimeout(timer);
      socket.off("close", onClose);
      const message = isBinary ? null : parseClientMessage(textOf(data));
      if (message?.type !== "resize") return giveUp();
      const { columns, rows } = message;
      resolve(createSocketPort(socket, { columns, rows }, limits, allowance));
    });
  });
}

/** Whoever does not keep to the rules is told so, and has a second to take it in. */
function violation(socket: WebSocket, reason: string): void {
  socket.close(closeCodes.policyViolation, reason);
  setTimeout(() => socket.terminate(), 1_000).unref();
}

function tooMuch(socket: WebSocket): void {
  violation(socket, "too much input");
}

function createSocketPort(
  socket: WebSocket,
  firstSize: Size,
  limits: WebLimits,
  allowance: Allowance,
): SocketPort {
  let size = firstSize;
  let listener: PortListener | undefined;
  let resizeTimer: NodeJS.Timeout | undefined;
  let isOver = false;
  /** What came before anyone listened. */
  let early = "";

  /** Any frame costs something to take in, the smallest and the empty ones included. */
  const mayCost = (characters: number): boolean => {
    if (allowance.take(frameCost + characters)) return true;
    tooMuch(socket);
    return false;
  };

  const send = (message: ServerMessage) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };

  socket.on("message", (data, isBinary) => {
    // Frames still come in while the connection is being closed.
    if (isOver || socket.readyState !== socket.OPEN) return;
    const message = isBinary ? null : parseClientMessage(textOf(data));
    if (message === null) {
      violation(socket, "not a message of this protocol");
    } else if (message.type === "input") {
      if (!mayCost(message.data.length)) return;
      if (listener === undefined) early += message.data;
      else listener.input(message.data);
    } else {
      // A new size costs what is drawn for it.
      if (!mayCost((message.columns * message.rows) / cellsPerCharacter)) return;
      size = { columns: message.columns, rows: message.rows };
      resizeTimer ??= setTimeout(() => {
        resizeTimer = undefined;
        if (!isOver) listener?.resized();
      }, resizePauseMilliseconds);
    }
  });
  socket.on("close", () => {
    isOver = true;
    clearTimeout(resizeTimer);
    listener?.closed();
  });

  return {
    // xterm.js shows them all, and a terminal that attaches is asked for no less.
    colorDepth: "256",
    size: () => size,
    write: (data) => send({ type: "output", data }),
    canTakeMore: () => socket.bufferedAmount < limits.backlogBytes,
    async saveFile(name, text) {
      send({ type: "file", name, text });
      return name;
    },
    listen(portListener) {
      listener = portListener;
      if (isOver) portListener.closed();
      else if (early !== "") portListener.input(early);
    },
    tellScreen: (id) => send({ type: "screen", id }),
    end(message) {
      if (isOver) return;
      isOver = true;
      send({ type: "exit", message });
      socket.close(closeCodes.done);
    },
  };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data as Buffer).toString("utf8");
}
