import { EC2Client } from "@aws-sdk/client-ec2";
import { afterEach, describe, expect, it } from "vitest";
import { parseCidr } from "../ingress/cidr.ts";
import { createSecurityGroup, type SecurityGroup } from "./security-group.ts";
import {
  type Answer,
  type RecordedRequest,
  type RecordingEndpoint,
  startRecordingEndpoint,
} from "./testing/recording-endpoint.ts";

const opening = { by: "user/kim", until: new Date("2026-11-23T15:00:00Z") };
const description = "MCP-Auth: opened by user/kim until 2026-11-23T15:00:00Z";
let endpoint: RecordingEndpoint | undefined;

afterEach(() => endpoint?.stop());

async function groupThatAnswers(
  answer: (request: RecordedRequest) => Answer,
): Promise<{ group: SecurityGroup; requests: readonly RecordedRequest[] }> {
  endpoint = await startRecordingEndpoint(answer);
  return {
    group: createSecurityGroup(new EC2Client(endpoint.client), "sg-1"),
    requests: endpoint.requests,
  };
}

function rulesXml(action: string, items: readonly string[], more = ""): Answer {
  const set = items.map((item) => `<item>${item}</item>`).join("");
  return {
    body: `<${action}Response><return>true</return><securityGroupRuleSet>${set}</securityGroupRuleSet>${more}</${action}Response>`,
  };
}

function errorXml(code: string, status = 400): Answer {
  return {
    status,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors><RequestID>1</RequestID></Response>`,
  };
}

const ruleXml = `<securityGroupRuleId>sgr-1</securityGroupRuleId><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>8080</fromPort><toPort>8080</toPort><cidrIpv4>203.0.113.7/32</cidrIpv4><description>${description}</description>`;
const rule = {
  id: "sgr-1",
  protocol: "tcp",
  ports: "8080",
  source: "203.0.113.7/32",
  description,
  opening,
};

describe("listing the rules", () => {
  it("reads every page, leaves outbound rules out, and understands each kind of source", async () => {
    const { group } = await groupThatAnswers(({ body }) =>
      body.includes("NextToken=two")
        ? rulesXml("DescribeSecurityGroupRules", [
            "<securityGroupRuleId>sgr-3</securityGroupRuleId><isEgress>false</isEgress><ipProtocol>-1</ipProtocol><fromPort>-1</fromPort><toPort>-1</toPort><referencedGroupInfo><groupId>sg-9</groupId></referencedGroupInfo>",
            "<securityGroupRuleId>sgr-4</securityGroupRuleId><isEgress>false</isEgress><ipProtocol>udp</ipProtocol><fromPort>60000</fromPort><toPort>61000</toPort><cidrIpv6>::/0</cidrIpv6>",
          ])
        : rulesXml(
            "DescribeSecurityGroupRules",
            [
              ruleXml,
              "<securityGroupRuleId>sgr-2</securityGroupRuleId><isEgress>true</isEgress><ipProtocol>-1</ipProtocol><cidrIpv4>0.0.0.0/0</cidrIpv4>",
            ],
            "<nextToken>two</nextToken>",
          ),
    );
    expect(await group.listRules()).toEqual([
      rule,
      {
        id: "sgr-3",
        protocol: "all",
        ports: "all",
        source: "sg-9",
        description: "",
        opening: null,
      },
      {
        id: "sgr-4",
        protocol: "udp",
        ports: "60000-61000",
        source: "::/0",
        description: "",
        opening: null,
      },
    ]);
  });

  it.each([
    ["InvalidGroup.NotFound", { code: "security_group_gone" }],
    ["UnauthorizedOperation", { code: "aws_access_denied" }],
    ["RequestExpired", { code: "configuration_credentials" }],
  ])("fails with the fix when EC2 answers %s", async (code, expected) => {
    const { group } = await groupThatAnswers(() => errorXml(code));
    await expect(group.listRules()).rejects.toMatchObject(expected);
  });
});

describe("opening a port", () => {
  it.each([
    ["203.0.113.7/32", "IpPermissions.1.IpRanges.1.CidrIp"],
    ["2001:db8::/64", "IpPermissions.1.Ipv6Ranges.1.CidrIpv6"],
  ])("makes a rule of its own for %s with who and until when", async (cidr, parameter) => {
    const { group, requests } = await groupThatAnswers(() =>
      rulesXml("AuthorizeSecurityGroupIngress", [ruleXml]),
    );
    expect(await group.open(parseCidr(cidr), 8080, opening)).toMatchObject({ id: "sgr-1" });
    const sent = new URLSearchParams(requests[0]?.body);
    expect(sent.get(parameter)).toBe(cidr);
    expect(sent.get(parameter.replace(/Cidr.*/, "Description"))).toBe(description);
    expect(sent.get("IpPermissions.1.FromPort")).toBe("8080");
    expect(sent.get("IpPermissions.1.ToPort")).toBe("8080");
    expect(sent.get("IpPermissions.1.IpProtocol")).toBe("tcp");
  });

  it("says so when another run has made the same rule meanwhile", async () => {
    const { group } = await groupThatAnswers(() => errorXml("InvalidPermission.Duplicate"));
    expect(await group.open(parseCidr("203.0.113.7"), 8080, opening)).toBeNull();
  });

  it("leads to sg-close when the group is full", async () => {
    const { group } = await groupThatAnswers(() => errorXml("RulesPerSecurityGroupLimitExceeded"));
    await expect(group.open(parseCidr("203.0.113.7"), 8080, opening)).rejects.toMatchObject({
      code: "security_group_full",
      hint: expect.stringContaining("make sg-close"),
    });
  });
});

describe("prolonging a rule", () => {
  it("changes its description and nothing else", async () => {
    const { group, requests } = await groupThatAnswers(() =>
      rulesXml("ModifySecurityGroupRules", []),
    );
    await group.prolong(rule, { by: "user/lee", until: new Date("2026-11-24T00:00:00Z") });
    const sent = new URLSearchParams(requests[0]?.body);
    const prefix = "SecurityGroupRule.1";
    expect(Object.fromEntries(sent)).toMatchObject({
      GroupId: "sg-1",
      [`${prefix}.SecurityGroupRuleId`]: "sgr-1",
      [`${prefix}.SecurityGroupRule.CidrIpv4`]: "203.0.113.7/32",
      [`${prefix}.SecurityGroupRule.FromPort`]: "8080",
      [`${prefix}.SecurityGroupRule.ToPort`]: "8080",
      [`${prefix}.SecurityGroupRule.IpProtocol`]: "tcp",
      [`${prefix}.SecurityGroupRule.Description`]:
        "MCP-Auth: opened by user/lee until 2026-11-24T00:00:00Z",
    });
  });
});

describe("closing a rule", () => {
  it("revokes this one rule by its id", async () => {
    const { group, requests } = await groupThatAnswers(() =>
      rulesXml("RevokeSecurityGroupIngress", []),
    );
    await group.close(rule);
    const sent = new URLSearchParams(requests[0]?.body);
    expect(sent.get("SecurityGroupRuleId.1")).toBe("sgr-1");
    expect(sent.get("GroupId")).toBe("sg-1");
  });

  it.each(["InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"])(
    "is done when the rule is gone already (%s)",
    async (code) => {
      const { group } = await groupThatAnswers(() => errorXml(code));
      await expect(group.close(rule)).resolves.toBeUndefined();
    },
  );

  it("fails when it is not allowed", async () => {
    const { group } = await groupThatAnswers(() => errorXml("UnauthorizedOperation", 403));
    await expect(group.close(rule)).rejects.toMatchObject({ code: "aws_access_denied" });
  });
});
