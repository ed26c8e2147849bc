import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";

// What goes over the WebSocket at /terminal: JSON objects in text frames, one a frame.

/** The smallest and the largest screen that is drawn for a connection. */
export const screenBounds = { columns: { min: 20, max: 500 }, rows: { min: 5, max: 200 } };

/** The largest frame that a client may send, in bytes. */
export const largestMessageBytes = 64 * 1024;

/** A file's name that means nothing but itself on any system. */
export const fileName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(md|json|txt)$/;

const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("input"), data: z.string().max(largestMessageBytes) }),
  z.strictObject({
    type: z.literal("resize"),
    columns: z.int().min(screenBounds.columns.min).max(screenBounds.columns.max),
    rows: z.int().min(screenBounds.rows.min).max(screenBounds.rows.max),
  }),
]);

const serverMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("output"), data: z.string() }),
  z.object({ type: z.literal("file"), name: z.string().regex(fileName), text: z.string() }),
  z.object({ type: z.literal("screen"), id: z.string().regex(/^[\w-]{22}$/) }),
  z.object({ type: z.literal("exit"), message: z.string() }),
]);

/** What was typed, or how large the screen is; a size comes first, as nothing is drawn before it. */
export type ClientMessage = z.output<typeof clientMessage>;
/** What the terminal is to write, a file for its user, by what it finds its screen again, or why the connection is about to be closed. */
export type ServerMessage = z.output<typeof serverMessage>;

/**
 * Parses a frame of a client.
 *
 * @param text the frame
 * @returns null for anything that is not of the protocol
 */
export function parseClientMessage(text: string): ClientMessage | null {
  return clientMessage.safeParse(parseJson(text)).data ?? null;
}

/**
 * Parses a frame of the server.
 *
 * @param text the frame
 * @returns null for anything that is not of the protocol
 */
export function parseServerMessage(text: string): ServerMessage | null {
  return serverMessage.safeParse(parseJson(text)).data ?? null;
}

/**
 * A screen's size as the protocol takes it.
 *
 * @param size any size
 */
export function withinBounds(size: { columns: number; rows: number }): {
  columns: number;
  rows: number;
} {
  const { columns, rows } = screenBounds;
  return {
    columns: Math.max(columns.min, Math.min(columns.max, size.columns)),
    rows: Math.max(rows.min, Math.min(rows.max, size.rows)),
  };
}
