import { type Field, type Form, isFieldEmpty, labelOf } from "./form.ts";
import { blankLine, box, center, columnsOfLine, type Frame, type Line, span } from "./frame.ts";
import { splitGraphemes } from "./graphemes.ts";
import { spinner } from "./layout.ts";
import { type Model, problemIn, type SignInPhase } from "./model.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { hintLine, statusLine } from "./view-status.ts";
import { columnsOf, columnsOfGrapheme } from "./width.ts";
import { wrapWords } from "./wrap.ts";

const widestForm = 60;
/** Beside a picture a form narrower than this cannot be read. */
const narrowestForm = 30;

/** The screen with the form. */
export function viewSignIn(model: Model, phase: SignInPhase): Frame {
  const { columns, rows } = model.size;
  const { form } = phase;
  const texts = textsOf(model.language);
  const picture = pictureOf(form, columns, rows - 2);
  const pictureColumns = columnsOf(picture[0] ?? "");
  const isBoxed = columns >= 30 && rows >= 12;
  const width = Math.min(columns - pictureColumns, widestForm);
  const inner = width - (isBoxed ? 6 : 2);
  const margin = pictureColumns + Math.floor((columns - pictureColumns - width) / 2);

  const words = texts.signIn.words(form.question);
  const { lines: fieldLines, cursor } = viewFields(form, inner, texts);
  const intro = wrapped(form.intro ?? words.intro, inner, "dim");
  const above = [...intro, ...(intro.length > 0 ? [blankLine] : [])];
  const below = outcomeLines(model, form, inner, texts);
  const content = [...above, ...fieldLines, ...(below.length > 0 ? [blankLine, ...below] : [])];

  const formLines = isBoxed
    ? box({
        title: words.title,
        lines: [blankLine, ...content, blankLine].map((line) => [span(" "), ...line]),
        columns: width,
      })
    : [[span(words.title, "strong")], ...content].map((line): Line => [span(" "), ...line]);
  const url = urlLines(form, columns);
  const spare = rows - formLines.length - url.length;
  const about = spare >= 8 && picture.length === 0 ? aboutLines(columns, texts) : [];
  // What went wrong is added below, so that the fields stay where they are when it appears.
  const belowRows = below.length === 0 ? 0 : below.length + 1;
  const free = rows - 2 - formLines.length - about.length - url.length;
  const top = Math.max(0, Math.min(free, Math.floor((free + belowRows) / 2) - 1));

  const beside: Line[] = [
    ...Array.from({ length: top }, () => blankLine),
    ...about,
    ...formLines.map((line): Line => [span(" ".repeat(margin - pictureColumns)), ...line]),
    ...url,
  ];
  const lines = Array.from({ length: Math.max(0, rows - 2) }, (_, row): Line => {
    const part = picture[row] ?? " ".repeat(pictureColumns);
    return pictureColumns === 0
      ? (beside[row] ?? blankLine)
      : [span(part, "picture"), ...(beside[row] ?? [])];
  });
  lines.push(
    statusLine(model, [span("○ ", "dim"), span(texts.status.notSignedIn, "dim")], null),
    hintLine(model, hintsOf(form, texts)),
  );
  const firstField = top + about.length + (isBoxed ? 2 : 1) + above.length;
  return {
    lines,
    cursor:
      form.busy || cursor === null
        ? null
        : {
            row: firstField + cursor.row,
            column: margin + (isBoxed ? 3 : 1) + cursor.column,
          },
  };
}

/** The QR code, where there is room for all of it and for the form beside it. */
function pictureOf({ picture }: Form, columns: number, rows: number): readonly string[] {
  const width = columnsOf(picture[0] ?? "");
  return picture.length <= rows && width + narrowestForm <= columns ? picture : [];
}

/** The address of the page that is to be opened, as wide as the screen: easier to copy from. */
function urlLines({ question }: Form, columns: number): Line[] {
  const chunks = question.url?.match(new RegExp(`.{1,${Math.max(1, columns)}}`, "g")) ?? [];
  return chunks.length === 0 ? [] : [blankLine, ...chunks.map((chunk) => [span(chunk, "accent")])];
}

function hintsOf(form: Form, { signIn }: Texts): readonly (readonly [string, string])[] {
  if (form.busy) return [["Esc", signIn.giveUp]];
  const { name, fields } = form.question;
  const isFirst = name === "CREDENTIALS" || (name === "BROWSER" && form.question.url === null);
  const back = isFirst ? [] : ([["Esc", signIn.back]] as const);
  const isChoice = fields.some(({ kind }) => kind === "choice");
  const next = form.fields.length > 1 ? ([["Tab", signIn.next]] as const) : [];
  return [
    ["Enter", signIn.words(form.question).action],
    ...(isChoice ? ([["↑ ↓", signIn.other]] as const) : next),
    ...back,
    [signIn.ctrlCTwice, signIn.quit],
  ];
}

/** What this program is, for somebody who sees it for the first time. */
function aboutLines(columns: number, { signIn }: Texts): Line[] {
  const text = signIn.about;
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
  texts: Texts,
): { lines: Line[]; cursor: { row: number; column: number } | null } {
  const [choice] = form.fields;
  if (choice?.kind === "choice") return { lines: viewChoices(form, choice, texts), cursor: null };
  const labelled = form.fields.map((field) => ({
    field,
    label: labelOf(form, field, texts.signIn),
  }));
  const labels = Math.min(
    Math.max(0, ...labelled.map(({ label }) => columnsOf(label))),
    Math.floor(inner / 2),
  );
  const valueColumns = Math.max(2, inner - labels - 4);
  let cursor = { row: 0, column: 0 };
  const lines = labelled.map(({ field, label }, index): Line => {
    const isFocused = index === form.focus && !form.busy;
    const { text, cursorColumn } = viewValue(field, valueColumns);
    if (index === form.focus) cursor = { row: index, column: labels + 4 + cursorColumn };
    return [
      span(isFocused ? "› " : "  ", "accent"),
      span(label + " ".repeat(Math.max(0, labels - columnsOf(label))), isFocused ? "plain" : "dim"),
      span("  "),
      span(text, form.busy ? "dim" : "plain"),
    ];
  });
  return { lines, cursor: form.fields.length === 0 ? null : cursor };
}

function viewChoices(form: Form, { choices, chosen }: Field, { signIn }: Texts): Line[] {
  return choices.map((choice, index): Line => {
    const isChosen = index === chosen;
    return [
      span(isChosen ? "› " : "  ", "accent"),
      span(`${index + 1}  ${signIn.choices[choice] ?? choice}`, isChosen ? lookOf(form) : "dim"),
    ];
  });
}

function lookOf({ busy }: Form): "dim" | "strong" {
  return busy ? "dim" : "strong";
}

/** The part of a field's text that fits, with the cursor in it. */
function viewValue(field: Field, columns: number): { text: string; cursorColumn: number } {
  const { text, cursor } = field.editor;
  const shown = (part: string) =>
    field.kind === "secret" ? "•".repeat(splitGraphemes(part).length) : part;
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

function outcomeLines(model: Model, form: Form, inner: number, { signIn }: Texts): Line[] {
  if (form.busy) {
    const waiting = form.question.name === "BROWSER" ? signIn.waitingForBrowser : signIn.asking;
    return [[span(`${spinner(model.now)} `, "accent"), span(waiting, "dim")]];
  }
  if (form.problem === null) {
    const { ifEmpty = "" } = signIn.words(form.question);
    const isEmpty = form.fields.some((field) => field.mayBeEmpty && isFieldEmpty(field));
    return [
      ...wrapped(isEmpty ? ifEmpty : "", inner, "dim"),
      ...wrapped(standInNote(model, form, signIn), inner, "dim"),
    ];
  }
  const { message, hint } = problemIn(form.problem, model.language);
  const [first = blankLine, ...rest] = wrapped(message, inner - 2, "error");
  return [
    [span("✗ ", "error"), ...first],
    ...[...rest, ...wrapped(hint, inner - 2, "plain")].map((line): Line => [span("  "), ...line]),
  ].filter((line) => columnsOfLine(line) > 2);
}

/** Where a code is that no stand-in can send; whoever tries it out cannot know. */
function standInNote({ standIns }: Model, { question }: Form, signIn: Texts["signIn"]): string {
  const asksForCode = question.fields.some(({ kind }) => kind === "code");
  if (!standIns.includes("Cognito") || !asksForCode || question.app !== null) return "";
  return question.name === "SOFTWARE_TOKEN_MFA" ? signIn.standInApp : signIn.standInMessages;
}

function wrapped(text: string, columns: number, style: "dim" | "error" | "plain"): Line[] {
  if (text === "") return [];
  return wrapWords(text, Math.max(2, columns)).map((line) => [span(line, style)]);
}
