import { expect, test } from "vitest";
import { parseMessage } from "./message.ts";
import { createProgress } from "./progress.ts";

function hook(type: string, addr: string, action: string, elapsed_seconds = 0) {
  const message = parseMessage(
    JSON.stringify({
      "@level": "info",
      type,
      hook: { resource: { addr }, action, elapsed_seconds },
    }),
  );
  if (message === null) throw new Error(`${type} is not listened to`);
  return message;
}

test("progress tells each resource with its time, and how many are done", () => {
  const progress = createProgress(12);
  const lines = [
    hook("apply_start", "aws_instance.host", "create"),
    hook("apply_progress", "aws_instance.host", "create", 10),
    hook("apply_complete", "aws_instance.host", "create", 13),
    hook("apply_complete", "data.aws_subnet.x", "read", 1),
    hook("apply_complete", "aws_eip.address", "update", 2),
    hook("apply_complete", "aws_s3_bucket.old", "delete", 0),
    hook("apply_errored", "aws_iam_role.role", "create", 1),
  ].map((message) => progress.next(message));
  expect(lines).toEqual([
    null,
    "        still creating  aws_instance.host  10 s",
    "[ 1/12] created  aws_instance.host  13 s",
    null,
    "[ 2/12] changed  aws_eip.address  2 s",
    "[ 3/12] destroyed  aws_s3_bucket.old  0 s",
    "[ 3/12] failed  aws_iam_role.role",
  ]);
  expect(progress.completed).toBe(3);
});

test.each(["", "not JSON", "[]", '{"type":"version"}', '{"type":"apply_start"}'])(
  "what Terraform says besides (%j) is passed over",
  (line) => {
    expect(parseMessage(line)).toBeNull();
  },
);
