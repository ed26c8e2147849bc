/**
 * Reads the data of server-sent events until `[DONE]` or the end.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * @param body UTF-8 bytes in any pieces
 */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    // A carriage return at the very end may be half of a line break.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      if (line !== "" || data.length === 0) continue;
      const event = data.join("\n");
      data = [];
      if (event === "[DONE]") return;
      yield event;
    }
  }
  const last = rest.startsWith("data:") ? [...data, rest.slice(5).trim()] : data;
  if (last.length > 0 && last.join("\n") !== "[DONE]") yield last.join("\n");
}
