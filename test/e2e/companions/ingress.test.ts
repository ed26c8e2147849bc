import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../host/small-servers.ts";
import { startWorkbench, type Workbench } from "./workbench.ts";

// The rules of a security group in an emulator, in order: each part builds on those before it.

let bench: Workbench;
let checkip: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  checkip = await serve((_request, response) => response.end("203.0.113.7\n"));
  bench = await startWorkbench("ingress", { CHECKIP_URL: checkip.url });
});
afterAll(async () => {
  await bench?.remove();
  await checkip?.close();
});

const run = (program: "open" | "close" | "list", environment: Record<string, string> = {}) =>
  bench.operator.run(`sg-${program}`, { environment });

async function rules() {
  const { SecurityGroupRules = [] } = await new EC2Client(bench.client).send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: [bench.outputs.SecurityGroupId] }],
    }),
  );
  return SecurityGroupRules.filter(({ IsEgress }) => IsEgress !== true).map((rule) => ({
    id: rule.SecurityGroupRuleId,
    port: rule.FromPort,
    source: rule.CidrIpv4 ?? rule.CidrIpv6,
    description: rule.Description ?? "",
  }));
}

async function addRule(cidr: string, description?: string) {
  await new EC2Client(bench.client).send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: bench.outputs.SecurityGroupId,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 8080,
          ToPort: 8080,
          IpRanges: [
            { CidrIp: cidr, ...(description !== undefined && { Description: description }) },
          ],
        },
      ],
    }),
  );
}

describe("make sg-open", () => {
  it("opens both ports for one's own address, shows that first, and says how it ends", async () => {
    const { exitCode, stdout, stderr } = await run("open");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(
      /^\+ {2}open {2}8080\/tcp {2}from 203\.0\.113\.7\/32 {2}until .* \(2h\)$/m,
    );
    expect(stdout).toMatch(/^\+ {2}open {2}8501\/tcp/m);
    expect(stdout.indexOf("+  open")).toBeLessThan(stdout.indexOf("2 opened"));
    expect(stdout).toContain(
      "The next make sg-open, sg-close or sg-list after that time removes them",
    );
    expect(stderr).toMatch(/Warning: .* is plain HTTP/);
    expect(await rules()).toMatchObject([
      { port: 8080, source: "203.0.113.7/32" },
      { port: 8501, source: "203.0.113.7/32" },
    ]);
    for (const { description } of await rules()) {
      expect(description).toMatch(
        /^MCP-Auth: opened by user\/moto until \d{4}-\d\d-\d\dT[\d:]{8}Z$/,
      );
    }
  });

  it("run again for a shorter time changes nothing, for a longer one only prolongs", async () => {
    const before = await rules();
    expect((await run("open", { TTL: "30m" })).stdout).toMatch(/^= {2}keep/m);
    expect(await rules()).toEqual(before);

    const { stdout } = await run("open", { TTL: "1d" });
    expect(stdout).toMatch(/^~ {2}prolong {2}8080\/tcp .*\(1d\), was until /m);
    const after = await rules();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after[0]?.description).not.toBe(before[0]?.description);
  });

  it.each(["0.0.0.0/0", "::/0", "203.0.0.0/15", "2001:db8::/32"])(
    "refuses %s without FORCE=1, and does nothing",
    async (CIDR) => {
      const before = await rules();
      const { exitCode, stderr } = await run("open", { CIDR });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^.* is wider than .* FORCE=1 .*\n$/);
      expect(await rules()).toEqual(before);
    },
  );

  it("opens a wide range with FORCE=1, and IPv6", async () => {
    expect((await run("open", { CIDR: "2001:db8::/32", FORCE: "1", PORTS: "8080" })).exitCode).toBe(
      0,
    );
    expect(await rules()).toContainEqual(
      expect.objectContaining({ port: 8080, source: "2001:db8::/32" }),
    );
  });

  it("arranges the end with EventBridge Scheduler where the stack has a role for it", async () => {
    const RuleExpiryRoleArn = "arn:aws:iam::123456789012:role/mcp-auth-rule-expiry";
    bench.writeOutputs({ RuleExpiryRoleArn });
    const { stdout } = await run("open", { CIDR: "198.51.100.1", PORTS: "8080" });
    expect(stdout).toContain("A schedule in EventBridge Scheduler removes each at its time");
    const rule = (await rules()).find(({ source }) => source === "198.51.100.1/32");
    const schedule = await new SchedulerClient(bench.client).send(
      new GetScheduleCommand({ Name: `mcp-auth-${rule?.id}` }),
    );
    const [, until] = / until (.*)Z$/.exec(rule?.description ?? "") ?? [];
    expect(schedule).toMatchObject({
      ScheduleExpression: `at(${until})`,
      ActionAfterCompletion: "DELETE",
      Target: { RoleArn: RuleExpiryRoleArn },
    });

    await run("open", { CIDR: "198.51.100.1", PORTS: "8080", TTL: "3h" });
    const { Schedules } = await new SchedulerClient(bench.client).send(
      new ListSchedulesCommand({}),
    );
    expect(Schedules).toHaveLength(1);
  });

  it("asks for CIDR when one's own address cannot be found", async () => {
    const { exitCode, stderr } = await run("open", { CHECKIP_URL: "http://127.0.0.1:9" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Your public address is not known: .*CIDR=.*\n$/);
  });
});

describe("make sg-list", () => {
  it("shows every rule, and removes what has expired", async () => {
    await addRule("192.0.2.1/32", "MCP-Auth: opened by user/lee until 2025-01-01T00:00:00Z");
    await addRule("192.0.2.2/32");
    const { exitCode, stdout } = await run("list");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/192\.0\.2\.1\/32 +user\/lee +2025-01-01T00:00:00Z \(expired\)/);
    expect(stdout).toMatch(/192\.0\.2\.2\/32 +not by make sg-open +no end/);
    expect(stdout).toContain("1 expired rule removed.");
    const sources = (await rules()).map(({ source }) => source);
    expect(sources).not.toContain("192.0.2.1/32");
    expect(sources).toContain("192.0.2.2/32");
  });
});

describe("make sg-close", () => {
  it("can be narrowed to one port", async () => {
    const { stdout } = await run("close", { PORTS: "8501" });
    expect(stdout).toContain("1 of 1 removed.");
    expect((await rules()).map(({ port }) => port)).not.toContain(8501);
  });

  it("takes back one's own rules with their schedules, and leaves those of others", async () => {
    await addRule("192.0.2.3/32", "MCP-Auth: opened by user/lee until 2099-01-01T00:00:00Z");
    const { exitCode } = await run("close");
    expect(exitCode).toBe(0);
    expect((await rules()).map(({ source }) => source)).toEqual(["192.0.2.2/32", "192.0.2.3/32"]);
    const { Schedules } = await new SchedulerClient(bench.client).send(
      new ListSchedulesCommand({}),
    );
    expect(Schedules).toEqual([]);
    expect((await run("close")).stdout).toMatch(/^Nothing to close/);
  });

  it("takes back those of others too with ALL=1, but no rule that was made elsewhere", async () => {
    await run("close", { ALL: "1" });
    expect((await rules()).map(({ source }) => source)).toEqual(["192.0.2.2/32"]);
  });
});

describe("what cannot work", () => {
  it("is said in one line: a group that is gone", async () => {
    bench.writeOutputs({ SecurityGroupId: "sg-0123456789abcdef0" });
    const { exitCode, stderr } = await run("open");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^.*sg-0123456789abcdef0.*\n$/);
  });

  it("is said in one line: another account", async () => {
    bench.writeOutputs({ AccountId: "999999999999" });
    const { exitCode, stderr } = await run("list");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^These AWS credentials are of account 123456789012, .*\n$/);
  });
});
