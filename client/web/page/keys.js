// Keys that a phone's keyboard does not have, in a row above it.

import { texts } from "./texts.js";

/** @type {readonly (readonly [label: string, name: string, sequence: string])[]} */
const keys = [
  ["Esc", "Escape", "\x1b"],
  ["Tab", "Tab", "\t"],
  ["↑", "Up", "\x1b[A"],
  ["↓", "Down", "\x1b[B"],
  ["⇞", "Page Up", "\x1b[5~"],
  ["⇟", "Page Down", "\x1b[6~"],
  ["↵", texts.newLine, "\n"],
  ["^C", "Control C", "\x03"],
];

/**
 * @param {HTMLElement} row where they go
 * @param {string} label what the row is called
 * @param {(sequence: string) => void} press told what a key sends
 */
export function showKeys(row, label, press) {
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", label);
  for (const [text, name, sequence] of keys) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", name);
    // The terminal keeps the focus, and the phone's keyboard stays.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => press(sequence));
    row.append(button);
  }
}
