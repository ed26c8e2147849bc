import { describe, expect, it } from "vitest";
import { maskSecrets, unifiedDiff } from "./unified-diff.ts";

describe("a unified diff", () => {
  it("shows a changed line between its neighbours", () => {
    const diff = unifiedDiff({
      path: "/etc/x.env",
      before: "A=1\nB=2\nC=3\n",
      after: "A=1\nB=5\nC=3\n",
    });
    expect(diff).toBe("--- /etc/x.env\n+++ /etc/x.env\n@@ -1,3 +1,3 @@\n A=1\n-B=2\n+B=5\n C=3\n");
  });

  it("shows a new file against /dev/null", () => {
    expect(unifiedDiff({ path: "/x", before: null, after: "A=1\n" })).toBe(
      "--- /dev/null\n+++ /x\n@@ -0,0 +1,1 @@\n+A=1\n",
    );
  });

  it("says that something differs where all that differs is secret", () => {
    const diff = unifiedDiff({ path: "/x", before: "MY_SECRET=one\n", after: "MY_SECRET=two\n" });
    expect(diff).toContain("only values that are not shown differ");
    expect(diff).not.toMatch(/one|two/);
  });
});

describe("masking", () => {
  it.each([
    ["COGNITO_CLIENT_SECRET=hunter2", "COGNITO_CLIENT_SECRET=[secret]"],
    ["export db_password = 'hunter 2'", "export db_password = [secret]"],
    ['  "refreshToken": "hunter2",', '  "refreshToken": [secret]'],
    ["AWS_SECRET_ACCESS_KEY=hunter2", "AWS_SECRET_ACCESS_KEY=[secret]"],
    ["PORT=8080", "PORT=8080"],
    ["MAX_SESSIONS=10", "MAX_SESSIONS=10"],
  ])("turns %j into %j", (line, expected) => {
    expect(maskSecrets(line)).toBe(expected);
  });

  it("hides a private key, a cut one too", () => {
    expect(maskSecrets("-----BEGIN EC PRIVATE KEY-----\nabc\n")).not.toContain("abc");
  });
});
