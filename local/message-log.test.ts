import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createMessageLog } from "./message-log.ts";

it("keeps each message on a line of its own, for its owner alone", () => {
  const path = join(mkdtempSync(join(tmpdir(), "cleanauth-")), "messages.log");
  const notices: string[] = [];
  const log = createMessageLog(path, (line) => notices.push(line));
  const message = {
    at: "2026-11-25T09:00:00.000Z",
    username: "김철수",
    medium: "SMS",
    destination: "+821012345678",
    purpose: "SMS_MFA",
    code: "012345",
  } as const;
  log(message);
  log({ ...message, code: "678901" });
  expect(readFileSync(path, "utf8")).toBe(
    "2026-11-25T09:00:00.000Z SMS for 김철수 to +821012345678: 012345 (SMS_MFA)\n" +
      "2026-11-25T09:00:00.000Z SMS for 김철수 to +821012345678: 678901 (SMS_MFA)\n",
  );
  expect(notices).toHaveLength(2);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
