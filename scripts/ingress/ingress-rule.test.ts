import { describe, expect, it } from "vitest";
import {
  describeOpening,
  formatInstant,
  identityName,
  isExpired,
  parseOpening,
} from "./ingress-rule.ts";

const until = new Date("2026-11-23T15:00:00Z");

describe("a rule's description", () => {
  it("carries who opened the port and until when, and is read back", () => {
    const description = describeOpening({ by: "user/kim", until });
    expect(description).toBe("MCP-Auth: opened by user/kim until 2026-11-23T15:00:00Z");
    expect(parseOpening(description)).toEqual({ by: "user/kim", until });
  });

  it.each([
    "",
    "office",
    "MCP-Auth",
    "MCP-Auth: opened by user/kim until tomorrow",
    "MCP-Auth: opened by user/kim until 2026-13-41T99:00:00Z",
    "MCP-Auth: opened by  until 2026-11-23T15:00:00Z",
    "MCP-Auth: opened by user/kim until 2026-11-23T15:00:00Z, or later",
    "xMCP-Auth: opened by user/kim until 2026-11-23T15:00:00Z",
  ])("that was written elsewhere is not taken for one: %j", (description) => {
    expect(parseOpening(description)).toBeNull();
  });

  it("fits into EC2's 255 characters and its character set for the longest identity", () => {
    const by = identityName(
      `arn:aws:sts::123456789012:assumed-role/${"r".repeat(64)}/${"~".repeat(300)}`,
    );
    const description = describeOpening({ by, until });
    expect(description.length).toBeLessThanOrEqual(255);
    expect(description).toMatch(/^[a-zA-Z0-9. _:/()#,@[\]+=&;{}!$*-]+$/);
    expect(parseOpening(description)?.by).toBe(by);
  });
});

describe("the name of an identity", () => {
  it.each([
    ["arn:aws:iam::123456789012:user/kim", "user/kim"],
    ["arn:aws:iam::123456789012:user/division/seoul/kim", "user/kim"],
    ["arn:aws:iam::123456789012:root", "root"],
    [
      "arn:aws-cn:sts::123456789012:assumed-role/Operator/kim@example.com",
      "assumed-role/Operator/kim@example.com",
    ],
    ["arn:aws:sts::123456789012:federated-user/kim+lee=x,y", "federated-user/kim+lee=x,y"],
    ["arn:aws:iam::123456789012:user/김", "user/_"],
  ])("of %s is %s", (arn, name) => {
    expect(identityName(arn)).toBe(name);
  });
});

describe("a rule's end", () => {
  const rule = { id: "sgr-1", protocol: "tcp", ports: "8080", source: "x", description: "" };

  it.each([
    ["2026-11-23T14:59:59Z", false],
    ["2026-11-23T15:00:00Z", true],
    ["2026-11-24T00:00:00Z", true],
  ])("at 15:00 is past at %s: %s", (now, expected) => {
    expect(isExpired({ ...rule, opening: { by: "user/kim", until } }, new Date(now))).toBe(
      expected,
    );
  });

  it("never comes for a rule that was made elsewhere", () => {
    expect(isExpired({ ...rule, opening: null }, new Date("2999-01-01"))).toBe(false);
  });

  it("is written in UTC to the second", () => {
    expect(formatInstant(new Date("2026-11-23T15:00:00.999Z"))).toBe("2026-11-23T15:00:00Z");
  });
});
