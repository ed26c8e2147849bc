import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { afterEach, describe, expect, it } from "vitest";
import { createRuleSchedule } from "./rule-schedule.ts";
import {
  type Answer,
  type RecordedRequest,
  type RecordingEndpoint,
  startRecordingEndpoint,
} from "./testing/recording-endpoint.ts";

const end = new Date("2026-11-23T15:00:00.500Z");
const roleArn = "arn:aws:iam::123456789012:role/mcp-auth-rule-expiry";
let endpoint: RecordingEndpoint | undefined;

afterEach(() => endpoint?.stop());

async function scheduleThatAnswers(answer: (request: RecordedRequest) => Answer) {
  endpoint = await startRecordingEndpoint(answer);
  const scheduler = new SchedulerClient(endpoint.client);
  return createRuleSchedule({ scheduler, groupId: "sg-1", roleArn });
}

const made = { body: '{"ScheduleArn":"arn:aws:scheduler:us-east-1:1:schedule/default/x"}' };

function refusal(type: string, status: number): Answer {
  return { status, body: JSON.stringify({ __type: type, Message: "no" }) };
}

describe("ending a rule at its time", () => {
  it("schedules one call that revokes this one rule, and then deletes itself", async () => {
    const schedule = await scheduleThatAnswers(() => made);
    expect(await schedule.endAt("sgr-1", end)).toBeNull();
    expect(endpoint?.requests[0]).toMatchObject({
      method: "POST",
      path: "/schedules/mcp-auth-sgr-1",
    });
    expect(JSON.parse(endpoint?.requests[0]?.body ?? "")).toMatchObject({
      ScheduleExpression: "at(2026-11-23T15:00:00)",
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: {
        Arn: "arn:aws:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress",
        RoleArn: roleArn,
        Input: '{"GroupId":"sg-1","SecurityGroupRuleIds":["sgr-1"]}',
      },
    });
  });

  it("moves the schedule that there is", async () => {
    const schedule = await scheduleThatAnswers(({ method }) =>
      method === "POST" ? refusal("ConflictException", 409) : made,
    );
    expect(await schedule.endAt("sgr-1", end)).toBeNull();
    expect(endpoint?.requests.map(({ method }) => method)).toEqual(["POST", "PUT"]);
    expect(JSON.parse(endpoint?.requests[1]?.body ?? "")).toMatchObject({
      ScheduleExpression: "at(2026-11-23T15:00:00)",
      ActionAfterCompletion: "DELETE",
    });
  });

  it.each([
    ["AccessDeniedException", 403, /AWS does not allow it/],
    ["ValidationException", 400, /ValidationException: no/],
    ["ServiceQuotaExceededException", 402, /ServiceQuotaExceeded/],
    ["InternalServerException", 500, /InternalServer/],
  ])("tells why that cannot be arranged: %s", async (type, status, reason) => {
    const schedule = await scheduleThatAnswers(() => refusal(type, status));
    expect(await schedule.endAt("sgr-1", end)).toMatch(reason);
  });

  it("tells why that cannot be arranged when nothing answers", async () => {
    const schedule = await scheduleThatAnswers(() => made);
    await endpoint?.stop();
    expect(await schedule.endAt("sgr-1", end)).toMatch(/out of reach/);
  });

  it("asks for nothing without a role", async () => {
    endpoint = await startRecordingEndpoint(() => made);
    const scheduler = new SchedulerClient(endpoint.client);
    const schedule = createRuleSchedule({ scheduler, groupId: "sg-1", roleArn: null });
    expect(await schedule.endAt("sgr-1", end)).toMatch(/no role/);
    await schedule.drop("sgr-1");
    expect(endpoint.requests).toEqual([]);
  });
});

describe("dropping a rule's schedule", () => {
  it("deletes it", async () => {
    const schedule = await scheduleThatAnswers(() => ({ body: "{}" }));
    await schedule.drop("sgr-1");
    expect(endpoint?.requests[0]).toMatchObject({ method: "DELETE" });
    expect(endpoint?.requests[0]?.path).toMatch(/^\/schedules\/mcp-auth-sgr-1/);
  });

  it.each([
    ["ResourceNotFoundException", 404],
    ["AccessDeniedException", 403],
  ])(
    "is no failure when it is answered with %s: it finds no rule at its time",
    async (type, status) => {
      const schedule = await scheduleThatAnswers(() => refusal(type, status));
      await expect(schedule.drop("sgr-1")).resolves.toBeUndefined();
    },
  );
});
