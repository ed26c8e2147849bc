import type { Size } from "../chat/model.ts";
import type { ColorDepth } from "./theme.ts";

/** Where a screen is shown and its keys come from: a TTY, or the far end of a WebSocket. */
export interface TerminalPort {
  readonly colorDepth: ColorDepth;
  size(): Size;
  write(text: string): void;
  /**
   * False while too much of what was written has not been taken. Whoever draws waits then, and draws
   * what is current later, so that a slow reader never makes anything pile up.
   */
  canTakeMore(): boolean;
  /**
   * Gives the person in front of the terminal a file, such as an exported conversation.
   * @param name what it should be called; has neither folders nor anything else in it that is unusual
   * @returns its path, or its name where the person's own program decides on the folder
   * @throws AppError `file_not_saved`
   */
  saveFile(name: string, text: string): Promise<string>;
  /** Says who is told what happens; to be called once. */
  listen(listener: PortListener): void;
}

export interface PortListener {
  /** @param text decoded, in pieces as they come */
  input(text: string): void;
  resized(): void;
  /** Another terminal has taken the place of the one before; it has seen nothing yet. */
  renewed(): void;
  /** Nobody is there any more. */
  closed(): void;
}
