import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@cleanauth/common/log.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type AuditEntry, openAuditLog } from "./audit-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-audit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const logger = createLogger("test", { write: () => {} });
const entry = (requestId: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  requestId,
  subject: "s",
  username: "김철수",
  clientId: "c",
  upstream: "memory",
  tool: "read_graph",
  outcome: "done",
  milliseconds: 3,
  ...more,
});
const linesOf = (name: string) => readFileSync(join(folder, name), "utf8").trim().split("\n");

it("keeps each entry as a line, for this user alone, also after it was opened again", () => {
  const path = join(folder, "audit.log");
  for (const requestId of ["one", "two"]) {
    const log = openAuditLog(path, logger);
    log.write(entry(requestId));
    log.close();
  }
  expect(linesOf("audit.log").map((line) => JSON.parse(line).requestId)).toEqual(["one", "two"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("begins another file when one is full, loses no entry, and gives up the oldest of ten files", () => {
  const path = join(folder, "audit.log");
  for (let at = 1; at <= 9; at += 1) writeFileSync(`${path}.${at}`, `before ${at}\n`);
  const log = openAuditLog(path, logger);
  const text = "x".repeat(4_000);
  const count = 3_000;
  for (let n = 0; n < count; n += 1) log.write(entry(`${n}`, { arguments: { text } }));
  log.close();
  expect(readdirSync(folder)).toHaveLength(10);
  const ids = [...linesOf("audit.log.1"), ...linesOf("audit.log")].map((line) =>
    Number(JSON.parse(line).requestId),
  );
  expect(ids).toEqual(Array.from({ length: count }, (_, n) => n));
  expect(linesOf("audit.log.9")).toEqual(["before 8"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("cuts arguments that are long", () => {
  const log = openAuditLog(join(folder, "audit.log"), logger);
  log.write(entry("one", { arguments: { text: "x".repeat(100_000) } }));
  log.close();
  expect(linesOf("audit.log")[0]?.length).toBeLessThan(5_000);
});
