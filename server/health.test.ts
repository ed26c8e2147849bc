import { expect, it } from "vitest";
import { judgeHealth, type Vitals } from "./health.ts";

const well: Vitals = {
  version: "1.2.3",
  uptimeSeconds: 7.9,
  sessions: 2,
  keys: "loaded",
  notes: "open",
  servers: null,
};

it("is ok without checks when every part is well", () => {
  expect(judgeHealth(well)).toEqual({
    status: "ok",
    version: "1.2.3",
    uptimeSeconds: 7,
    sessions: 2,
  });
});

it.each([
  ["keys", { keys: "never-loaded" }],
  ["keys", { keys: "out-of-reach" }],
  ["notes", { notes: "opening" }],
  ["notes", { notes: "locked" }],
  ["notes", { notes: "failed" }],
  ["notes", { notes: "closed" }],
] as const)("is degraded and names %s when it stands like %j", (part, change) => {
  const health = judgeHealth({ ...well, ...change });
  expect(health.status).toBe("degraded");
  expect(Object.keys(health.checks ?? {})).toEqual([part]);
});
