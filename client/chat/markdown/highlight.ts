import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { type Span, type Style, span } from "../frame.ts";

const languages = {
  bash,
  css,
  diff,
  go,
  java,
  javascript,
  json,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** Longer program text is shown as it is: nobody reads its colours, and everybody waits for them. */
const longestCode = 20_000;

/** By the first word of a class that highlight.js gives. */
const styles: Readonly<Record<string, Style>> = {
  keyword: "keyword",
  "selector-tag": "keyword",
  literal: "keyword",
  built_in: "name",
  type: "name",
  title: "name",
  name: "name",
  attr: "name",
  attribute: "name",
  property: "name",
  section: "name",
  variable: "name",
  string: "string",
  regexp: "string",
  addition: "string",
  number: "number",
  symbol: "number",
  comment: "comment",
  quote: "comment",
  doctag: "comment",
  meta: "comment",
  deletion: "error",
};

/**
 * Program text with its colours.
 *
 * @param code the text
 * @param language its name, as behind the fence; one that is not known gives plain text
 * @returns the whole text again, cut into spans
 */
export function highlight(code: string, language: string): Span[] {
  if (code.length > longestCode || hljs.getLanguage(language) === undefined) return [span(code)];
  const { value } = hljs.highlight(code, { language, ignoreIllegals: true });
  const open: Style[] = ["plain"];
  const spans: Span[] = [];
  for (const piece of value.split(/(<span class="[^"]*">|<\/span>)/)) {
    const scope = /^<span class="hljs-([\w-]+)/.exec(piece)?.[1];
    const surrounding = open.at(-1) ?? "plain";
    if (scope !== undefined) open.push(styles[scope] ?? surrounding);
    else if (piece === "</span>") open.pop();
    else if (piece !== "") spans.push(span(fromHtml(piece), surrounding));
  }
  return spans;
}

/** Undoes what highlight.js does to the text for HTML. */
function fromHtml(html: string): string {
  return html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");
}
