import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTokenFile } from "./token-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-tokens-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const identity = { issuer: "https://issuer.example", subject: "s", username: "데모", groups: [] };
const key = ["https://issuer.example", "client1"];

/** The one file that there is. */
function pathOfFile(): string {
  const [name = ""] = readdirSync(join(folder, "tokens"));
  return join(folder, "tokens", name);
}

describe("a token file", () => {
  it("keeps a refresh token for the next start, for nobody but this user", () => {
    openTokenFile(folder, key).save(identity, "r1");
    const stored = openTokenFile(folder, key).read();
    expect(stored).toEqual({ username: "데모", subject: "s", refreshToken: "r1" });
    expect(statSync(pathOfFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "tokens")).mode & 0o777).toBe(0o700);
    expect(pathOfFile()).not.toMatch(/issuer|client1/);
  });

  it("is another one for another issuer or client", () => {
    openTokenFile(folder, key).save(identity, "r1");
    expect(openTokenFile(folder, ["https://other.example", "client1"]).read()).toBeNull();
    expect(openTokenFile(folder, ["https://issuer.example", "client2"]).read()).toBeNull();
  });

  it("remembers what a sign-in has to know beside its token", () => {
    openTokenFile(folder, key)
      .withAbout(() => ({ scope: "x" }))
      .save(identity, "r1");
    expect(openTokenFile(folder, key).read()?.about).toEqual({ scope: "x" });
  });

  it("tells the token of the user who is asked for alone, as another process may have renewed it", () => {
    const file = openTokenFile(folder, key);
    expect(file.current("s")).toBeNull();
    openTokenFile(folder, key).save(identity, "r2");
    expect(file.current("s")).toBe("r2");
    expect(file.current("somebody-else")).toBeNull();
  });

  it("forgets, and does so again without a complaint", () => {
    const file = openTokenFile(folder, key);
    file.save(identity, "r1");
    file.forget();
    file.forget();
    expect(file.read()).toBeNull();
    expect(readdirSync(join(folder, "tokens"))).toEqual([]);
  });

  const spoilt: [what: string, spoil: (path: string) => void, words: RegExp][] = [
    ["is readable by its group", (path) => chmodSync(path, 0o640), /others may read.*640/],
    ["is readable by everybody", (path) => chmodSync(path, 0o644), /others may read.*644/],
    ["is cut off", (path) => writeFileSync(path, '{"username":"de'), /damaged/],
    ["is empty", (path) => writeFileSync(path, ""), /damaged/],
    ["holds something else", (path) => writeFileSync(path, '{"refreshToken":7}'), /damaged/],
    ["is huge", (path) => writeFileSync(path, "x".repeat(100_000)), /too large/],
    [
      "is a link to another file",
      (path) => {
        renameSync(path, `${path}.moved`);
        symlinkSync(`${path}.moved`, path);
      },
      /it is a link/,
    ],
  ];
  it.each(spoilt)("is not used when it %s, and that is told", (_what, spoil, words) => {
    const file = openTokenFile(folder, key);
    file.save(identity, "r1");
    spoil(pathOfFile());
    expect(() => file.read()).toThrow(
      expect.objectContaining({
        code: "sign_in_stored_refused",
        message: expect.stringMatching(words),
      }),
    );
    expect(file.current("s")).toBeNull();
    file.save(identity, "r2");
    expect(file.read()?.refreshToken).toBe("r2");
  });

  it.runIf(process.getuid?.() === 0)("is not used when it belongs to another user", async () => {
    const { chownSync } = await import("node:fs");
    const file = openTokenFile(folder, key);
    file.save(identity, "r1");
    chownSync(pathOfFile(), 65_534, 65_534);
    expect(() => file.read()).toThrow(/belongs to another user/);
  });
});
