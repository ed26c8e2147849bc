import type { Dialog, DialogField } from "./dialog.ts";
import { blankLine, box, columnsOfLine, type Line, span } from "./frame.ts";
import type { Model } from "./model.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { columnsOf } from "./width.ts";
import { wrapWords } from "./wrap.ts";

export interface DialogView {
  readonly lines: Line[];
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

/**
 * The form that a server wants filled in, in place of the input line.
 *
 * @param model its language counts
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
  const inner = Math.max(4, columns - 6);
  const message = wrapWords(dialog.message, inner).map((line): Line => [span(" "), span(line)]);
  const lines: Line[] = [...message, blankLine];
  let cursor: DialogView["cursor"] = null;
  for (const [index, field] of dialog.fields.entries()) {
    const isFocused = index === dialog.focus;
    const head: Line = [
      span(isFocused ? " › " : "   ", "accent"),
      span(`${field.label}  `, isFocused ? "plain" : "dim"),
    ];
    const value = valueText(field, texts);
    const note =
      dialog.wrong === field.name
        ? span(`  ${texts.wrong}`, "warning")
        : span(isFocused && field.kind === "choice" ? `  ${texts.choose}` : "", "dim");
    if (isFocused && field.kind !== "choice") {
      const before = columnsOf(field.editor.text.slice(0, field.editor.cursor));
      cursor = { row: lines.length + 1, column: 2 + columnsOfLine(head) + before };
    }
    lines.push([...head, span(value), note]);
  }
  const keys = texts.keys.flatMap(([key = "", word = ""]) => [
    span(` ${key} `, "warning"),
    span(`${word} `),
  ]);
  lines.push(blankLine, keys);
  const title = texts.title(server);
  return { lines: box({ title, lines, columns: Math.max(6, columns), style: "warning" }), cursor };
}

function valueText(field: DialogField, texts: Texts["dialog"]): string {
  if (field.kind !== "choice") return field.editor.text;
  const value = field.chosen === null ? undefined : field.choices[field.chosen];
  if (value === undefined) return field.required ? `(${texts.required})` : "";
  return typeof value === "string" ? value : value ? texts.yes : texts.no;
}
