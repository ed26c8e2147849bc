import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveNewFile, stateFolder } from "./private-files.ts";
import { openUserStore } from "./user-store.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "settings-"));
});
afterEach(() => rmSync(base, { recursive: true }));

const demo = { issuer: "https://issuer.example/a", subject: "1", username: "demo", groups: [] };
const open = (identity = demo) => openUserStore(base, identity).settings;
const fileOf = () => {
  open().change({});
  return join(base, "users", readdirSync(join(base, "users"))[0] ?? "", "settings.json");
};

describe("settings on disk", () => {
  it("are empty at first, and then what was chosen last", () => {
    expect(open().read()).toEqual({ approvals: [], models: [], prices: {} });
    open().change({ language: "ko" });
    open().change({ temperature: 0.2 });
    expect(open().read()).toMatchObject({ language: "ko", temperature: 0.2 });
  });

  it("belong to a subject of an issuer, whatever the user name is", () => {
    open().change({ language: "ko" });
    expect(open({ ...demo, issuer: "https://issuer.example/b" }).read().language).toBeUndefined();
    expect(open({ ...demo, subject: "2" }).read().language).toBeUndefined();
    expect(open({ ...demo, username: "renamed" }).read().language).toBe("ko");
  });

  it("stay in their folder, whatever issuer and subject are", () => {
    open({ ...demo, issuer: "../..", subject: "../../x\0" }).change({ language: "ko" });
    expect(readdirSync(base)).toEqual(["users"]);
    expect(readdirSync(join(base, "users"))[0]).toMatch(/^[0-9a-f]{40}$/);
  });

  it("are for nobody but their owner, and leave no half-written file", () => {
    const path = fileOf();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(base, "users")).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, ".."))).toEqual(["settings.json"]);
  });

  it("keep what a later version has written", () => {
    const path = fileOf();
    writeFileSync(path, '{"theme":"dark"}');
    open().change({ language: "en" });
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ theme: "dark", language: "en" });
  });

  it.each([
    ["no JSON", "{", /JSON/],
    ["a wrong value", '{"language":"xx"}', /language/],
    ["a wrong price", '{"prices":{"m":{"inputPerMillion":-1,"outputPerMillion":1}}}', /prices\.m/],
  ])("say where the file has %s, and do not write over it", (_what, text, words) => {
    const path = fileOf();
    writeFileSync(path, text);
    expect(() => open().read()).toThrow(words);
    expect(() => open().change({ language: "en" })).toThrow(words);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("say that they cannot be written", () => {
    mkdirSync(join(base, "users"), { recursive: true });
    rmSync(join(base, "users"), { recursive: true });
    writeFileSync(join(base, "users"), "in the way");
    expect(() => open().change({ language: "en" })).toThrow(/settings/);
  });
});

describe("stateFolder", () => {
  it.each([
    [{ XDG_STATE_HOME: "/state", HOME: "/home/x" }, "/state/cleanauth"],
    [{ XDG_STATE_HOME: "relative", HOME: "/home/x" }, "/home/x/.local/state/cleanauth"],
    [{}, join(homedir(), ".local/state/cleanauth")],
  ])("is, for %j, %s", (environment, expected) => {
    expect(stateFolder(environment)).toBe(expected);
  });
});

describe("saveNewFile", () => {
  it("writes over nothing", () => {
    expect(saveNewFile(base, "a.md", "1")).toBe(join(base, "a.md"));
    expect(saveNewFile(base, "a.md", "2")).toBe(join(base, "a-2.md"));
    expect(readFileSync(join(base, "a.md"), "utf8")).toBe("1");
    expect(statSync(join(base, "a-2.md")).mode & 0o777).toBe(0o600);
  });

  it("says what it could not write", () => {
    expect(() => saveNewFile(join(base, "missing"), "a.md", "1")).toThrow(/a\.md: ENOENT/);
  });
});
