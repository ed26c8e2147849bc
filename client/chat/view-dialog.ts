import type { Dialog, DialogField } from "./dialog.ts";
import { blankLine, box, columnsOfLine, type Line, span } from "./frame.ts";
import type { Model } from "./model.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { columnsOf, truncate } from "./width.ts";
import { wrapWords } from "./wrap.ts";

export interface DialogView {
  readonly lines: Line[];
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

/** What else there is on the screen: borders, blank lines, keys, what the field is about, the status. */
const otherRows = 9;

/**
 * The form that a server wants filled in, in place of the input line: as much of it as there is room for
 * around the field that has the focus.
 *
 * @param model its language and its size count
 * @param dialog the form
 * @param server who asks
 * @param columns how wide it is
 */
export function viewDialog(
  model: Model,
  dialog: Dialog,
  server: string,
  columns: number,
): DialogView {
  const texts = textsOf(model.language).dialog;
  const { purpose } = dialog;
  const inner = Math.max(4, columns - 6);
  const room = Math.max(2, model.size.rows - otherRows);
  const message =
    dialog.message === "" ? [] : wrapWords(dialog.message, inner).slice(0, Math.ceil(room / 3));
  const lines: Line[] = [
    ...message.map((line): Line => [span(" "), span(line)]),
    ...(message.length === 0 ? [] : [blankLine]),
  ];
  let cursor: DialogView["cursor"] = null;
  const mostFields = Math.max(1, room - message.length);
  const last = Math.max(0, dialog.fields.length - mostFields);
  const first = Math.min(Math.max(0, dialog.focus - Math.floor(mostFields / 2)), last);
  for (const [index, field] of dialog.fields.slice(first, first + mostFields).entries()) {
    const isFocused = first + index === dialog.focus;
    const head: Line = [
      span(isFocused ? " › " : "   ", "accent"),
      span(`${field.label}  `, isFocused ? "plain" : "dim"),
    ];
    const left = Math.max(2, inner - columnsOfLine(head));
    const isTyped = field.kind === "text" || field.kind === "number";
    const { text, before } = isTyped
      ? partAround(field.editor, left)
      : { text: chosenText(field, isFocused ? left : null, texts), before: "" };
    if (isFocused && isTyped) {
      const column = 2 + columnsOfLine(head) + columnsOf(before);
      cursor = { row: lines.length + 1, column };
    }
    lines.push([...head, span(text)]);
    if (!isFocused) continue;
    const note = noteOf(field, dialog.wrong === field.name, texts);
    if (note !== null) lines.push([span("     "), note]);
    const mostValues = Math.max(1, Math.min(5, room - message.length - dialog.fields.length));
    lines.push(...valueLines(dialog, mostValues));
  }
  const left = dialog.fields.length - mostFields;
  if (left > 0) lines.push([span("   "), span(texts.more(left), "dim")]);
  const isOwn = purpose.kind !== "elicitation";
  const keys = (isOwn ? texts.ownKeys : texts.keys).flatMap(([key = "", word = ""]) => [
    span(` ${key} `, "warning"),
    span(`${word} `),
  ]);
  lines.push(blankLine, keys);
  const title =
    purpose.kind === "elicitation"
      ? texts.title(server)
      : purpose.kind === "prompt"
        ? textsOf(model.language).offers.promptForm(purpose.name)
        : purpose.uri;
  const style = isOwn ? "accent" : "warning";
  return { lines: box({ title, lines, columns: Math.max(6, columns), style }), cursor };
}

/** What the field that has the focus may become, around what is chosen of it. */
function valueLines(dialog: Dialog, most: number): Line[] {
  const first = Math.max(0, (dialog.value ?? 0) - most + 1);
  return dialog.values.slice(first, first + most).map((value, index): Line => {
    const isChosen = first + index === dialog.value;
    return [
      span(isChosen ? "     › " : "       ", "accent"),
      span(value, isChosen ? "accent" : "plain"),
    ];
  });
}

/** Below the field that has the focus: what is wrong with it, how to choose, or what it is about. */
function noteOf(field: DialogField, isWrong: boolean, texts: Texts["dialog"]) {
  if (isWrong) return span(texts.wrong, "warning");
  const how =
    field.kind === "choices" ? texts.chooseSome : field.kind === "choice" ? texts.choose : "";
  const words = [how, field.about].filter((part) => part !== "");
  return words.length === 0 ? null : span(words.join(" · "), "dim");
}

/** The part of a long text in which the cursor is. */
function partAround({ text, cursor }: DialogField["editor"], columns: number) {
  let before = text.slice(0, cursor).slice(-4 * columns);
  while (columnsOf(before) >= columns) before = [...before].slice(1).join("");
  return { text: truncate(`${before}${text.slice(cursor)}`, columns), before };
}

/** @param columns how wide a list may be that is chosen from; null where none is */
function chosenText(field: DialogField, columns: number | null, texts: Texts["dialog"]): string {
  const word = (value: string | boolean) =>
    typeof value === "string" ? value : value ? texts.yes : texts.no;
  if (field.kind === "choice") {
    const value = field.chosen === null ? undefined : field.choices[field.chosen];
    if (value !== undefined) return word(value);
    return field.required ? `(${texts.required})` : "";
  }
  if (columns === null)
    return field.choices
      .filter((it) => field.taken.has(it))
      .map(word)
      .join(", ");
  const marks = field.choices.map((it, index) => {
    const mark = `${field.taken.has(it) ? "✓" : "·"} ${word(it)}`;
    return index === field.chosen ? `[${mark}]` : ` ${mark} `;
  });
  // The one that the arrows are at is always seen.
  let first = 0;
  const chosen = field.chosen ?? 0;
  while (first < chosen && columnsOf(marks.slice(first, chosen + 1).join("")) > columns) first += 1;
  return truncate(marks.slice(first).join(""), columns);
}
