import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Message } from "../agent/message.ts";
import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";
import { fileMode, folderMode, replaceFile } from "./private-files.ts";

/**
 * One question and everything up to its answer, tools included. Only whole
 * exchanges are kept, so that a conversation can be taken up wherever it ended.
 */
export interface StoredExchange {
  /** When the answer was complete, as an ISO 8601 date. */
  readonly at: string;
  readonly messages: readonly Message[];
}

export interface ConversationSummary {
  readonly id: string;
  /** The beginning of its first question, on one line. */
  readonly title: string;
  /** When it was last added to, in milliseconds since the epoch. */
  readonly changedAt: number;
}

/** A user's conversations. */
export interface ConversationStore {
  /** @returns the one that was last added to first; none where none is kept */
  list(): Promise<readonly ConversationSummary[]>;
  /** @throws AppError `conversation_unknown` when there is none of this id */
  read(id: string): Promise<readonly StoredExchange[]>;
  /**
   * Adds to a conversation, and begins it where this is its first exchange.
   * @param id from {@link newConversationId}, or of one that is listed
   * @throws AppError `conversation_not_kept`
   */
  append(id: string, exchange: StoredExchange): Promise<void>;
  /**
   * Keeps a conversation as it is now, in place of what was kept of it.
   * @param exchanges one at least
   * @throws AppError `conversation_not_kept`
   */
  replace(id: string, exchanges: readonly StoredExchange[]): Promise<void>;
  /** Removes a conversation; one that is not there is removed already. */
  remove(id: string): Promise<void>;
}

/** Together they bound what one user can fill of a disk that all share. */
export const storeBounds = { conversations: 200, bytesEach: 4 * 1024 * 1024 };

const titleColumns = 100;
/** The head of a file, where its title is, and more. */
const headBytes = 4096;

const idPattern = /^\d{8}-\d{6}-[0-9a-f]{8}$/;
const extension = ".jsonl";

const headLine = z.object({ version: z.literal(1), title: z.string() });
const exchangeLine = z.object({
  at: z.string(),
  messages: z
    .array(
      z.object({
        role: z.enum(["user", "assistant"]),
        content: z.array(z.record(z.string(), z.unknown())).min(1),
      }),
    )
    .min(2),
});

/** @param now milliseconds since the epoch; ids sort by it */
export function newConversationId(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().split(/[T.]/);
  const stamp = `${date.replaceAll("-", "")}-${time.replaceAll(":", "")}`;
  return `${stamp}-${randomBytes(4).toString("hex")}`;
}

/**
 * Keeps conversations as files of JSON lines: a head, then a line for each exchange. A line is written
 * at once and at the end of the file; one that a crash tore is left out when the file is read.
 *
 * @param folder where they are, or will be
 */
export function createConversationStore(folder: string): ConversationStore {
  const pathOf = (id: string) => join(folder, `${id}${extension}`);

  async function list(): Promise<ConversationSummary[]> {
    const names = await readdir(folder).catch(() => []);
    const ids = names.map((name) => name.slice(0, -extension.length));
    const kept = await Promise.all(ids.filter((id) => idPattern.test(id)).map(summarise));
    return kept
      .filter((each) => each !== null)
      .sort((one, other) => other.changedAt - one.changedAt);
  }

  async function summarise(id: string): Promise<ConversationSummary | null> {
    const file = await open(pathOf(id)).catch(() => null);
    if (file === null) return null;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      const head = parseLine(headLine, buffer.toString("utf8", 0, bytesRead).split("\n")[0] ?? "");
      const { mtimeMs } = await file.stat();
      return { id, title: stripToLine(head?.title ?? "", titleColumns), changedAt: mtimeMs };
    } finally {
      await file.close();
    }
  }

  async function write(id: string, exchange: StoredExchange): Promise<void> {
    await mkdir(folder, { recursive: true, mode: folderMode });
    const file = await open(pathOf(id), "a+", fileMode);
    try {
      const { size } = await file.stat();
      const line = lineOf(exchange);
      requireRoom(size + Buffer.byteLength(line));
      const head = size === 0 ? headOf(exchange) : "";
      // A crash may have left a line without its end; the next one is not to be lost with it.
      const last = size === 0 ? "\n" : await lastCharacter(file, size);
      await file.appendFile(`${last === "\n" ? "" : "\n"}${head}${line}`);
      if (size === 0) await dropOldest();
    } finally {
      await file.close();
    }
  }

  async function dropOldest(): Promise<void> {
    for (const { id } of (await list()).slice(storeBounds.conversations)) await remove(id);
  }

  async function remove(id: string): Promise<void> {
    if (idPattern.test(id)) await rm(pathOf(id), { force: true });
  }

  return {
    list,
    remove,
    async read(id) {
      const text = idPattern.test(id) ? await readWithin(pathOf(id)) : null;
      if (text === null) {
        const shown = stripToLine(id, 40);
        throw new LocalizedError("conversation_unknown", {
          en: [`There is no conversation ${shown}`, "/sessions lists those that are kept."],
          ko: [`${shown} 대화는 없습니다`, "/sessions로 저장된 대화를 볼 수 있습니다."],
        });
      }
      const exchanges = text.split("\n").map((line) => parseLine(exchangeLine, line));
      return exchanges.filter((each) => each !== null) as unknown as StoredExchange[];
    },
    append: (id, exchange) => keep(id, () => write(id, exchange)),
    replace: (id, exchanges) =>
      keep(id, async () => {
        const text = exchanges.map(lineOf).join("");
        requireRoom(Buffer.byteLength(text));
        replaceFile(folder, `${id}${extension}`, headOf(exchanges[0]) + text);
      }),
  };
}

async function keep(id: string, write: () => Promise<void>): Promise<void> {
  if (!idPattern.test(id)) throw new TypeError("no id of a conversation");
  await write().catch((error: Error) => {
    throw new LocalizedError(
      "conversation_not_kept",
      {
        en: [
          `This exchange is not kept on disk: ${error.message}`,
          "Go on, or start a new conversation with /new.",
        ],
        ko: [
          `이 문답을 디스크에 저장하지 못했습니다: ${error.message}`,
          "계속하거나, /new로 새 대화를 시작하세요.",
        ],
      },
      { cause: error },
    );
  });
}

function lineOf(exchange: StoredExchange): string {
  return `${JSON.stringify(exchange)}\n`;
}

function headOf(first: StoredExchange | undefined): string {
  return `${JSON.stringify({ version: 1, title: first === undefined ? "" : titleOf(first) })}\n`;
}

function requireRoom(bytes: number): void {
  if (bytes > storeBounds.bytesEach) throw new Error("it is too long");
}

/** Null for a file that is not there, and for one that is longer than any that is written here. */
async function readWithin(path: string): Promise<string | null> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  return size === null || size > storeBounds.bytesEach ? null : readFile(path, "utf8");
}

async function lastCharacter(file: Awaited<ReturnType<typeof open>>, size: number) {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString("latin1");
}

function titleOf({ messages }: StoredExchange): string {
  const words = (messages[0]?.content ?? [])
    .map(({ text, prompt }) => (prompt === undefined ? (text ?? "") : `/${prompt.name}`))
    .join(" ");
  return stripToLine(words, titleColumns);
}

function parseLine<Schema extends z.ZodType>(
  schema: Schema,
  line: string,
): z.output<Schema> | null {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
