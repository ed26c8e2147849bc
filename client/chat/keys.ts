/**
 * The keys that the chat knows by name. A terminal sends many more; its parser leaves those out.
 * What is typed or pasted as text is no key.
 */
export type KeyName =
  | "enter"
  | "newline"
  | "escape"
  | "tab"
  | "backtab"
  | "backspace"
  | "delete"
  | "up"
  | "down"
  | "left"
  | "right"
  | "word-left"
  | "word-right"
  | "home"
  | "end"
  | "top"
  | "bottom"
  | "page-up"
  | "page-down"
  | "delete-to-start"
  | "delete-to-end"
  | "delete-word"
  | "interrupt"
  | "end-of-input"
  | "redraw"
  | "fold"
  | "find"
  | "undo"
  | "copy";
