import type { Field, Form } from "./form.ts";
import { blankLine, box, center, columnsOfLine, type Frame, type Line, span } from "./frame.ts";
import { splitGraphemes } from "./graphemes.ts";
import { spinner } from "./layout.ts";
import type { Model, SignInPhase } from "./model.ts";
import { hintLine, statusLine } from "./view-status.ts";
import { columnsOf, columnsOfGrapheme } from "./width.ts";
import { wrapWords } from "./wrap.ts";

const widestForm = 60;

/** The screen with the form. */
export function viewSignIn(model: Model, phase: SignInPhase): Frame {
  const { columns, rows } = model.size;
  const { form } = phase;
  const isBoxed = columns >= 30 && rows >= 12;
  const width = Math.min(columns, widestForm);
  const inner = width - (isBoxed ? 6 : 2);
  const margin = Math.floor((columns - width) / 2);

  const { lines: fieldLines, cursor } = viewFields(form, inner);
  const intro = form.intro === null ? [] : wrapped(form.intro, inner, "dim");
  const above = [...intro, ...(intro.length > 0 ? [blankLine] : [])];
  const below = outcomeLines(model, form, inner);
  const content = [...above, ...fieldLines, ...(below.length > 0 ? [blankLine, ...below] : [])];

  const formLines = isBoxed
    ? box({
        title: form.title,
        lines: [blankLine, ...content, blankLine].map((line) => [span(" "), ...line]),
        columns: width,
      })
    : [[span(form.title, "strong")], ...content].map((line): Line => [span(" "), ...line]);
  const about = rows - formLines.length >= 8 ? aboutLines(columns) : [];
  // What went wrong is added below, so that the fields stay where they are when it appears.
  const belowRows = below.length === 0 ? 0 : below.length + 1;
  const free = rows - 2 - formLines.length - about.length;
  const top = Math.max(0, Math.min(free, Math.floor((free + belowRows) / 2) - 1));

  const lines: Line[] = [
    ...Array.from({ length: top }, () => blankLine),
    ...about,
    ...formLines.map((line): Line => [span(" ".repeat(margin)), ...line]),
  ].slice(0, Math.max(0, rows - 2));
  while (lines.length < rows - 2) lines.push(blankLine);
  lines.push(
    statusLine(model, [span("○ ", "dim"), span("not signed in", "dim")], null),
    hintLine(model, hintsOf(form)),
  );
  const firstField = top + about.length + (isBoxed ? 2 : 1) + above.length;
  return {
    lines,
    cursor: form.busy
      ? null
      : {
          row: firstField + cursor.row,
          column: margin + (isBoxed ? 3 : 1) + cursor.column,
        },
  };
}

function hintsOf(form: Form): readonly (readonly [string, string])[] {
  if (form.busy) return [["Esc", "give up"]];
  const back = form.kind === "sign_in" ? [] : ([["Esc", "back"]] as const);
  const next = form.fields.length > 1 ? ([["Tab", "next field"]] as const) : [];
  return [["Enter", form.action], ...next, ...back, ["Ctrl-C twice", "quit"]];
}

/** What this program is, for somebody who sees it for the first time. */
function aboutLines(columns: number): Line[] {
  const text = "A model that calls tools as you, on a server that checks who you are";
  if (columnsOf(text) > columns - 2)
    return [center([span("CLEANAUTH", "strong")], columns), blankLine];
  return [
    center([span("C L E A N A U T H", "strong")], columns),
    center([span(text, "dim")], columns),
    blankLine,
  ];
}

function viewFields(
  form: Form,
  inner: number,
): { lines: Line[]; cursor: { row: number; column: number } } {
  const labels = Math.min(
    Math.max(...form.fields.map(({ label }) => columnsOf(label))),
    Math.floor(inner / 2),
  );
  const valueColumns = Math.max(2, inner - labels - 4);
  let cursor = { row: 0, column: 0 };
  const lines = form.fields.map((field, index): Line => {
    const isFocused = index === form.focus && !form.busy;
    const { text, cursorColumn } = viewValue(field, valueColumns);
    if (index === form.focus) cursor = { row: index, column: labels + 4 + cursorColumn };
    const label = field.label + " ".repeat(Math.max(0, labels - columnsOf(field.label)));
    return [
      span(isFocused ? "› " : "  ", "accent"),
      span(label, isFocused ? "plain" : "dim"),
      span("  "),
      span(text, form.busy ? "dim" : "plain"),
    ];
  });
  return { lines, cursor };
}

/** The part of a field's text that fits, with the cursor in it. */
function viewValue(field: Field, columns: number): { text: string; cursorColumn: number } {
  const { text, cursor } = field.editor;
  const shown = (part: string) => (field.hidden ? "•".repeat(splitGraphemes(part).length) : part);
  const before = splitGraphemes(shown(text.slice(0, cursor)));
  let cursorColumn = before.reduce((sum, grapheme) => sum + columnsOfGrapheme(grapheme), 0);
  let first = 0;
  while (cursorColumn >= columns) {
    cursorColumn -= columnsOfGrapheme(before[first] ?? "");
    first += 1;
  }
  let visible = before.slice(first).join("");
  for (const grapheme of splitGraphemes(shown(text.slice(cursor)))) {
    if (columnsOf(visible) + columnsOfGrapheme(grapheme) > columns) break;
    visible += grapheme;
  }
  return { text: visible, cursorColumn };
}

function outcomeLines(model: Model, form: Form, inner: number): Line[] {
  if (form.busy) {
    return [[span(`${spinner(model.now)} `, "accent"), span("Asking Cognito …", "dim")]];
  }
  if (form.problem === null) return [];
  const [first = blankLine, ...rest] = wrapped(form.problem.message, inner - 2, "error");
  return [
    [span("✗ ", "error"), ...first],
    ...[...rest, ...wrapped(form.problem.hint, inner - 2, "plain")].map(
      (line): Line => [span("  "), ...line],
    ),
  ].filter((line) => columnsOfLine(line) > 2);
}

function wrapped(text: string, columns: number, style: "dim" | "error" | "plain"): Line[] {
  return wrapWords(text, Math.max(2, columns)).map((line) => [span(line, style)]);
}
