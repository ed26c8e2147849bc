import { StringDecoder } from "node:string_decoder";
import type { ReadStream, WriteStream } from "node:tty";
import { saveNewFile } from "../store/private-files.ts";
import type { PortListener, TerminalPort } from "./port.ts";
import type { ColorDepth } from "./theme.ts";

/** The terminal that a program was started in. */
export interface TtyPort extends TerminalPort {
  /** Puts the terminal's line discipline back as it was, and reads no more. */
  release(): void;
}

/**
 * Takes a TTY over: raw mode on, its input and its size told to the port's listener.
 *
 * @param input usually `process.stdin`
 * @param output usually `process.stdout`
 */
export function openTtyPort(input: ReadStream, output: WriteStream): TtyPort {
  const decoder = new StringDecoder("utf8");
  let listener: PortListener | undefined;
  let isGone = false;

  const onData = (bytes: Buffer) => listener?.input(decoder.write(bytes));
  const onResize = () => listener?.resized();
  const onGone = () => {
    isGone = true;
    listener?.closed();
  };
  input.setRawMode(true);
  input.on("data", onData);
  input.on("end", onGone);
  input.on("close", onGone);
  // A terminal that was closed answers with EIO; there is nobody left to tell.
  input.on("error", onGone);
  output.on("error", onGone);
  output.on("resize", onResize);

  return {
    colorDepth: colorDepthOf(output),
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    write(text) {
      if (!isGone) output.write(text);
    },
    canTakeMore: () => true,
    saveFile: async (name, text) => saveNewFile(".", name, text),
    listen(portListener) {
      listener = portListener;
      if (isGone) portListener.closed();
    },
    release() {
      input.off("data", onData);
      input.off("end", onGone);
      input.off("close", onGone);
      output.off("resize", onResize);
      if (!isGone) input.setRawMode(false);
      input.pause();
    },
  };
}

/** Node looks at TERM, COLORTERM and NO_COLOR. */
function colorDepthOf(output: WriteStream): ColorDepth {
  const bits = output.getColorDepth();
  if (bits >= 8) return "256";
  return bits >= 4 ? "16" : "none";
}
