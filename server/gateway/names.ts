/** The name of what an upstream offers, as callers see it: `memory.read_graph`. */
export function qualifyName(upstream: string, name: string): string {
  return `${upstream}.${name}`;
}

/** Takes a name apart again; null when it has no prefix. */
export function splitName(qualified: string): readonly [upstream: string, name: string] | null {
  const at = qualified.indexOf(".");
  return at <= 0 ? null : [qualified.slice(0, at), qualified.slice(at + 1)];
}

/**
 * The address of an upstream's resource, as callers see it: `files+file:///notes.txt`. The prefix is
 * part of the scheme (RFC 3986, section 3.1), so the rest stays as it was, templates included.
 */
export function qualifyUri(upstream: string, uri: string): string {
  return `${upstream}+${uri}`;
}

/** Takes an address apart again; null when it has no prefix. */
export function splitUri(qualified: string): readonly [upstream: string, uri: string] | null {
  const match = /^([a-z][a-z0-9-]*)\+(.*)$/s.exec(qualified);
  return match === null ? null : [match[1] ?? "", match[2] ?? ""];
}

/**
 * Qualifies every address of a resource in a result: those in `contents`, in the `content` of a tool's
 * result, and in the messages of a prompt. What else is in it stays as it is.
 *
 * @param result what an upstream answered
 */
export function qualifyUris<Result extends Readonly<Record<string, unknown>>>(
  upstream: string,
  result: Result,
): Result {
  const ofItem = (item: unknown) => qualifyItem(upstream, item);
  const { contents, content, messages } = result;
  return {
    ...result,
    ...(Array.isArray(contents) && { contents: contents.map((it) => withUri(upstream, it)) }),
    ...(Array.isArray(content) && { content: content.map(ofItem) }),
    ...(Array.isArray(messages) && {
      messages: messages.map((it) => (isObject(it) ? { ...it, content: ofItem(it.content) } : it)),
    }),
  };
}

function qualifyItem(upstream: string, item: unknown): unknown {
  if (!isObject(item)) return item;
  if (item.type === "resource_link") return withUri(upstream, item);
  if (item.type === "resource") return { ...item, resource: withUri(upstream, item.resource) };
  return item;
}

function withUri(upstream: string, item: unknown): unknown {
  if (!isObject(item) || typeof item.uri !== "string") return item;
  return { ...item, uri: qualifyUri(upstream, item.uri) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
