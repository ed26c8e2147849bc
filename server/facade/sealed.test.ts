import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createSealed, readSealingKey } from "./sealed.ts";
import { UsedOnce } from "./used-once.ts";

const key = randomBytes(32);
const schema = z.object({ name: z.string() });
let now = 1_800_000_000_000;
const sealed = createSealed(key, "test", schema, 60, () => now);

describe("a sealed text", () => {
  it("opens to what was sealed, and shows nothing of it outside", async () => {
    const text = await sealed.seal({ name: "secret" });
    expect((await sealed.open(text))?.value).toEqual({ name: "secret" });
    expect(Buffer.from(text, "base64").toString("latin1")).not.toContain("secret");
  });

  it("has an id of its own each time", async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => (await sealed.open(await sealed.seal({ name: "x" })))?.id),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it("does not open once it is too old", async () => {
    const text = await sealed.seal({ name: "x" });
    now += 59_000;
    expect(await sealed.open(text)).not.toBeNull();
    now += 2_000;
    expect(await sealed.open(text)).toBeNull();
  });

  it("does not open for another purpose, with another key, or when it was changed", async () => {
    const text = await sealed.seal({ name: "x" });
    expect(await createSealed(key, "other", schema, 60, () => now).open(text)).toBeNull();
    const otherKey = createSealed(randomBytes(32), "test", schema, 60, () => now);
    expect(await otherKey.open(text)).toBeNull();
    const parts = text.split(".");
    parts[3] = `${parts[3]?.startsWith("A") ? "B" : "A"}${parts[3]?.slice(1)}`;
    expect(await sealed.open(parts.join("."))).toBeNull();
  });

  it("does not open where it has no end, for a kind that has one", async () => {
    const endless = createSealed(key, "test", schema, null, () => now);
    expect(await sealed.open(await endless.seal({ name: "x" }))).toBeNull();
  });

  it.each(["", "x", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30."])(
    "does not open %j",
    async (text) => {
      expect(await sealed.open(text)).toBeNull();
    },
  );
});

describe("the key", () => {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-key-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is made once, for this user alone, and found again", () => {
    const path = join(folder, "facade.key");
    const made = readSealingKey(path);
    expect(made).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readSealingKey(path))).toEqual(readFileSync(path));
  });

  it.each([
    ["is cut", Buffer.alloc(5), 0o600],
    ["is empty", Buffer.alloc(0), 0o600],
    ["may be read by others", randomBytes(32), 0o644],
  ])("is not used when it %s", (_case, content, mode) => {
    const path = join(folder, "bad.key");
    writeFileSync(path, content);
    chmodSync(path, mode);
    expect(() => readSealingKey(path)).toThrow(/bad\.key cannot be used/);
  });
});

describe("UsedOnce", () => {
  it("takes a thing once, and forgets it when it could not be used any more anyway", () => {
    let at = 0;
    const used = new UsedOnce(60, () => at);
    expect([used.use("a"), used.use("a"), used.use("b")]).toEqual([true, false, true]);
    at = 59_999;
    expect(used.use("a")).toBe(false);
    at = 60_000;
    expect(used.use("a")).toBe(true);
  });
});
