const mostPages = 100;
const mostItems = 1_000;
/** In characters, as JSON. */
const mostCharacters = 2_000_000;

/** A list of a server's, as much of it as is taken. */
export interface ListedPages<Item> {
  readonly items: readonly Item[];
  readonly characters: number;
  /** Whether there was more of it. */
  readonly isCut: boolean;
}

/**
 * Reads a list of a server's, page after page, as far as anybody can use it.
 * https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
 *
 * @param read reads a page, and makes of its items what is used of them here
 * @param timeoutMilliseconds how long all pages together may take
 * @throws whatever `read` throws
 */
export async function listPages<Item>(
  read: (
    parameters: { cursor?: string },
    options: { timeout: number },
  ) => Promise<{ listed: number; items: readonly Item[]; nextCursor: string | undefined }>,
  timeoutMilliseconds: number,
): Promise<ListedPages<Item>> {
  const until = Date.now() + timeoutMilliseconds;
  let items: readonly Item[] = [];
  let count = 0;
  let characters = 0;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const timeout = Math.max(1, until - Date.now());
    const listed = await read(cursor === undefined ? {} : { cursor }, { timeout });
    count += listed.listed;
    const more = listed.items.slice(0, Math.max(0, mostItems - items.length));
    characters += JSON.stringify(more).length;
    if (characters > mostCharacters) break;
    items = [...items, ...more];
    if (count > mostItems) break;
    cursor = listed.nextCursor;
    if (cursor === undefined) return { items, characters, isCut: false };
  }
  return { items, characters, isCut: true };
}
