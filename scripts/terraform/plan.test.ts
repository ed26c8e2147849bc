import { describe, expect, test } from "vitest";
import { formatPlan, parsePlan, requireConfirmation } from "./plan.ts";

function change(address: string, actions: string[], changes: object = {}) {
  return {
    address,
    type: address.split(".")[0],
    mode: "managed",
    change: { actions, before: {}, after: {}, ...changes },
  };
}

const parse = (...resource_changes: object[]) => parsePlan({ resource_changes });

describe("a plan is worded with what changes in it", () => {
  test("resource by resource, then the sum", () => {
    const plan = parse(
      change("aws_eip.address", ["create"]),
      change("aws_instance.host", ["update"], {
        before: { tags: { Owner: "a" }, ami: "x" },
        after: { tags: { Owner: "b" }, ami: "x" },
        after_unknown: { public_ip: true, metadata: [{ x: false }] },
      }),
      change("aws_iam_role.role", ["delete", "create"], { replace_paths: [["name"], ["path", 0]] }),
      change("aws_s3_bucket.gone", ["delete"], { after: null }),
      change("aws_vpc.same", ["no-op"]),
      { ...change("data.aws_subnet.x", ["read"]), mode: "data" },
    );
    expect(formatPlan(plan)).toEqual([
      "  + create   aws_eip.address",
      "  ~ change   aws_instance.host  (tags, public_ip)",
      "-/+ replace  aws_iam_role.role  (because of name, path)",
      "  - destroy  aws_s3_bucket.gone",
      "Plan: 2 to add, 1 to change, 2 to destroy.",
    ]);
  });

  test("or that there is nothing to do", () => {
    expect(formatPlan(parse(change("aws_vpc.same", ["no-op"])))).toEqual([
      "Nothing to change: the stack is as it is declared.",
    ]);
  });

  test("never with a value", () => {
    const plan = parse(
      change("aws_ssm_parameter.secret", ["update"], {
        before: { value: "old-secret" },
        after: { value: "new-secret" },
      }),
    );
    expect(formatPlan(plan).join()).toContain("(value)");
    expect(formatPlan(plan).join()).not.toContain("secret-");
    expect(formatPlan(plan).join()).not.toMatch(/old-secret|new-secret/);
  });
});

describe("what cannot be made again is given up only by name", () => {
  const replacing = parse(
    change("aws_instance.host", ["delete", "create"], { replace_paths: [["subnet_id"]] }),
  );
  const dropping = parse(change("aws_cognito_user_pool.pool", ["delete"]));

  test.each([
    ["a host", replacing, "would replace aws_instance.host (because of subnet_id)"],
    ["a pool", dropping, "would destroy aws_cognito_user_pool.pool, and every user in it"],
  ])("%s", (_, plan, message) => {
    expect(() => requireConfirmation(plan, "mcp-auth-dev", undefined)).toThrow(message);
    expect(() => requireConfirmation(plan, "mcp-auth-dev", "mcp-auth-prod")).toThrow(message);
    expect(() => requireConfirmation(plan, "mcp-auth-dev", "mcp-auth-dev")).not.toThrow();
  });

  test("a host that an interrupted apply left unfinished is no loss", () => {
    const plan = parse({
      ...change("aws_instance.host", ["delete", "create"]),
      action_reason: "replace_because_tainted",
    });
    expect(() => requireConfirmation(plan, "mcp-auth-dev", undefined)).not.toThrow();
    expect(formatPlan(plan)).toContain("-/+ replace  aws_instance.host  (it was not finished)");
  });

  test("anything else needs no word", () => {
    const plan = parse(
      change("aws_instance.host", ["update"]),
      change("aws_iam_role_policy.x", ["delete"]),
    );
    expect(() => requireConfirmation(plan, "mcp-auth-dev", undefined)).not.toThrow();
  });
});
