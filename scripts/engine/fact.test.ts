import { describe, expect, it } from "vitest";
import { fact, gatherScript, parseRawFacts } from "./fact.ts";
import { createLocalShell } from "./local-shell.ts";
import { sh } from "./shell-script.ts";

const text = (output: string) => output;

describe("gathering facts", () => {
  it("reads many facts with one script, whatever bytes they print", async () => {
    const odd = `"quotes" \\ 'and'\n\tlines, 한글, \x01`;
    const script = gatherScript({
      "a.odd": fact(sh`printf '%s' ${odd}`, text),
      "a.empty": fact(sh`true`, text),
      "b.long": fact(sh`head -c 100000 /dev/zero | tr '\0' x`, text),
    });
    const { stdout } = await createLocalShell().run(script, { timeoutSeconds: 10 });
    expect(parseRawFacts(stdout)).toEqual({
      "a.odd": odd,
      "a.empty": "",
      "b.long": "x".repeat(100_000),
    });
  });

  it("keeps the other facts when one fails, exits or complains", async () => {
    const script = gatherScript({
      "a.fails": fact(sh`echo half; cat /nonexistent; exit 3`, text),
      "a.next": fact(sh`echo whole`, text),
    });
    const { stdout } = await createLocalShell().run(script, { timeoutSeconds: 10 });
    expect(parseRawFacts(stdout)).toEqual({ "a.fails": "half\n", "a.next": "whole\n" });
  });

  it.each(["", "Permission denied", '{"a":"not base64!"}', '["YQ=="]', '{"a":"YQ=="'])(
    "refuses what is not facts: %j",
    (output) => {
      expect(() => parseRawFacts(output)).toThrowError(
        expect.objectContaining({ code: "host_facts_unreadable" }),
      );
    },
  );
});
