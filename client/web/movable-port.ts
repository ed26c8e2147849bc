import type { Size } from "../chat/model.ts";
import { LocalizedError } from "../localized-error.ts";
import type { PortListener, TerminalPort } from "../terminal/port.ts";

/** The port of a screen that outlives its connection: it is shown at one far end after the other. */
export interface MovablePort extends TerminalPort {
  /** Shows the screen at another far end, which has seen nothing of it yet. */
  moveTo(port: TerminalPort): void;
}

/**
 * @param first where the screen is shown at first
 * @param onDetached told when nobody is there any more, until it is moved
 */
export function createMovablePort(first: TerminalPort, onDetached: () => void): MovablePort {
  let current: TerminalPort | null = null;
  let lastSize: Size = first.size();
  let listener: PortListener | undefined;

  function use(port: TerminalPort): void {
    current = port;
    lastSize = port.size();
    port.listen({
      input: (text) => current === port && listener?.input(text),
      resized() {
        if (current !== port) return;
        lastSize = port.size();
        listener?.resized();
      },
      renewed: () => {},
      closed() {
        if (current !== port) return;
        current = null;
        onDetached();
      },
    });
  }

  return {
    colorDepth: first.colorDepth,
    size: () => lastSize,
    write: (text) => current?.write(text),
    // What is drawn for nobody would be drawn in vain.
    canTakeMore: () => current?.canTakeMore() ?? false,
    async saveFile(name, text) {
      if (current !== null) return current.saveFile(name, text);
      throw new LocalizedError("file_not_saved", {
        en: ["Nobody is there to take the file", "Export it again."],
        ko: ["파일을 받을 화면이 없습니다", "다시 내보내세요."],
      });
    },
    listen(portListener) {
      listener = portListener;
      use(first);
    },
    moveTo(port) {
      use(port);
      listener?.renewed();
    },
  };
}
