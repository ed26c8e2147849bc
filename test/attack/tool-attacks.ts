import { callOf, openSession, post } from "../../server/testing/rpc.ts";
import { type Attack, allRefused, type Outcome, refusedWith } from "./attack.ts";
import { exchange, registerClient, signInWith } from "./facade-client.ts";
import type { Target } from "./target.ts";

async function call(
  { base, demo, sessionId }: Target,
  name: string,
  args: unknown,
): Promise<{ readonly status: number; readonly said: string; readonly isError: boolean }> {
  const { status, json } = await post(base, demo.access, callOf(name, args), sessionId);
  const said = json?.error?.message ?? json?.result?.content?.[0]?.text ?? "";
  return { status, said, isError: json?.error !== undefined || json?.result?.isError === true };
}

/** Calls a tool and expects an error with a word in it. */
async function refusedCall(
  target: Target,
  name: string,
  args: unknown,
  word: RegExp,
): Promise<Outcome> {
  const { said, isError } = await call(target, name, args);
  const shown = said.split("\n").slice(-1)[0]?.slice(0, 70) ?? "";
  return { answer: shown, isRefused: isError && word.test(said) };
}

export const toolAttacks: readonly Attack[] = [
  {
    tried: "arguments out of the schema, and some that there are not",
    because: "they are checked before the tool runs",
    play: async (target) =>
      allRefused([
        await refusedCall(target, "get_forecast", { latitude: 1e9, longitude: 0 }, /latitude/),
        await refusedCall(target, "add_note", { text: 5 }, /text/),
        await refusedCall(target, "whoami", { as: "admin" }, /no such argument/),
      ]),
  },
  {
    tried: "prototype tricks: __proto__ and constructor as tool and as argument",
    because: "tools are looked up in a map, arguments in a strict schema",
    async play(target) {
      const json = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}';
      return allRefused([
        await refusedCall(target, "__proto__", {}, /Unknown tool/),
        await refusedCall(target, "constructor", {}, /Unknown tool/),
        await refusedCall(target, "whoami", JSON.parse(json), /no such argument/),
      ]);
    },
  },
  {
    tried: "paths for a note's id",
    because: "an id is a key of the caller's own notes, never a file",
    play: async (target) =>
      allRefused([
        await refusedCall(target, "delete_note", { id: "../../../etc/passwd" }, /no note/),
        await refusedCall(target, "delete_note", { id: "..%2f..%2fserver.env" }, /no note/),
        await refusedCall(target, "delete_note", { id: "\u0000" }, /no note/),
      ]),
  },
  {
    tried: "paths and URLs for a state and for coordinates (the weather service's URL)",
    because: "a state is two letters, coordinates are numbers",
    play: async (target) =>
      allRefused([
        await refusedCall(target, "get_alerts", { state: "CA/../../points" }, /state/),
        await refusedCall(target, "get_alerts", { state: "http://169.254.169.254/" }, /state/),
        await refusedCall(
          target,
          "get_forecast",
          { latitude: "1,2/../", longitude: 1 },
          /latitude/,
        ),
      ]),
  },
  {
    tried: "another user's note, by its id",
    because: "notes are kept by their owner's subject, and are looked for there alone",
    async play(target) {
      const { base, admin } = target;
      const session = await openSession(base, admin.access);
      const added = await post(base, admin.access, callOf("add_note", { text: "mine" }), session);
      const id = added.json?.result?.structuredContent?.note?.id;
      const outcome = await refusedCall(target, "delete_note", { id }, /no note/);
      const gone = await post(base, admin.access, callOf("delete_note", { id }), session);
      const wasThere = gone.json?.result?.isError !== true && typeof id === "string";
      return { ...outcome, isRefused: outcome.isRefused && wasThere };
    },
  },
  {
    tried: "a tool of administrators, by a user",
    because: "what a group alone guards reads like a tool that there is not",
    async play(target) {
      const guarded = await call(target, "host_status", {});
      const unknown = await call(target, "host_statuz", {});
      const isAlike = guarded.said.replace("status", "statuz") === unknown.said;
      return { answer: guarded.said, isRefused: guarded.isError && isAlike };
    },
  },
  {
    tried: "writing with a token that its user let read alone",
    because: "a token is held to the scopes that were agreed to, whatever its user's groups",
    async play(target) {
      const client = await registerClient(target);
      const back = await signInWith(client, target, { scope: "mcp-auth/notes:read" });
      const token = String((await exchange(target, client, back)).json?.access_token);
      const session = await openSession(target.base, token);
      const answer = await post(target.base, token, callOf("add_note", { text: "x" }), session);
      return refusedWith(answer, 403, /insufficient_scope.*notes:write/);
    },
  },
  {
    tried: "a note with a terminal's control sequences in it",
    because: "control characters are no part of a note",
    play: (target) =>
      refusedCall(target, "add_note", { text: "\u001b]0;owned\u0007" }, /control characters/),
  },
];
