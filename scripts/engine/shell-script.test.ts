import { describe, expect, it } from "vitest";
import { createLocalShell } from "./local-shell.ts";
import { joinLines, quoteWord, sh, trustedScript } from "./shell-script.ts";

const shell = createLocalShell();
const run = (script: ReturnType<typeof sh>) => shell.run(script, { timeoutSeconds: 10 });

const hostileWords = [
  "",
  " ",
  "it's",
  "''",
  "'; touch /tmp/cleanauth-was-here; '",
  "$(id)",
  "`id`",
  "$HOME $((1+1)) $\x7bHOME}",
  '"double" and \\ back\\\\slash',
  "line\nbreak\n",
  "\ttab\rreturn\x07bell\x1b[31m",
  "-n",
  "--help",
  "~root",
  "*?[a-z]{a,b}",
  "a=b",
  "#comment",
  "!history!",
  "a&&b||c;d|e>f<g(h)",
  "한글 경로 🙂",
  "\u2028\u202e",
  "%s%n%%\\n",
  "EOF",
];

describe("a quoted word", () => {
  it.each(hostileWords)("arrives in a real shell as exactly itself: %j", async (word) => {
    const { stdout } = await run(sh`for each in ${word}; do printf '%s' "$each" | base64; done`);
    expect(Buffer.from(stdout, "base64").toString("utf8")).toBe(word);
  });

  it("arrives as one of several words when a list is interpolated", async () => {
    const { stdout } = await run(sh`set -- ${hostileWords}; echo $#`);
    expect(stdout.trim()).toBe(String(hostileWords.length));
  });

  it("is left bare where nothing in it needs quoting", () => {
    expect(quoteWord("/opt/cleanauth/current")).toBe("/opt/cleanauth/current");
  });

  it("is refused when it contains a NUL", () => {
    expect(() => sh`echo ${"a\0b"}`).toThrowError(/NUL/);
  });
});

describe("a script", () => {
  it("is spliced into another as it is, and its words stay quoted", () => {
    const inner = sh`echo ${"a b"}`;
    expect(sh`if true; then ${inner}; fi`.text).toBe("if true; then echo 'a b'; fi");
  });

  it("keeps the backslashes of its own text", () => {
    expect(sh`printf '%s\n' ${1}`.text).toBe("printf '%s\\n' 1");
  });

  it("joins others line by line", () => {
    expect(joinLines([trustedScript("a"), sh`b ${"c"}`]).text).toBe("a\nb c");
  });
});
