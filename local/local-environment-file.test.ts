import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "@cleanauth/common/environment.ts";
import { expect, it } from "vitest";
import { writeLocalEnvironment } from "./local-environment-file.ts";

const variables = { COGNITO_CLIENT_SECRET: "a+b/c=", CLEANAUTH_PASSWORD: "Päss;&#한글*1" };

function write(): string {
  const path = join(mkdtempSync(join(tmpdir(), "cleanauth-")), "state", "local.env");
  writeLocalEnvironment(path, { ...variables, NOT_SET: undefined });
  return path;
}

it("is readable by its owner alone", () => {
  expect(statSync(write()).mode & 0o777).toBe(0o600);
});

it("reads back as it was written, by this project and by a shell", () => {
  const path = write();
  expect(readEnvironment({}, [path])).toEqual(variables);
  const command = '. "$1"; printf %s "$CLEANAUTH_PASSWORD"';
  expect(execFileSync("sh", ["-c", command, "sh", path], { encoding: "utf8" })).toBe(
    variables.CLEANAUTH_PASSWORD,
  );
});

it("leaves out what is not set", () => {
  expect(readFileSync(write(), "utf8")).not.toContain("NOT_SET");
});
