import { formatDuration } from "../../terminal/duration.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

export interface ClockProbe {
  /** The host's clock, in seconds since 1970. */
  readonly hostSeconds: number;
  /** When it was asked and had answered, in milliseconds since 1970 by this machine's clock. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** How far AWS's clock is before this machine's, in milliseconds. */
  readonly localOffset: number;
  readonly instanceId: string;
  readonly region: string;
}

// Tokens and signatures of requests to AWS bear a few minutes at most.
const mostSkewSeconds = 60;

/** Whether the host's clock is right, as far as that can be told: it answered somewhen in between. */
export function judgeClock(probe: ClockProbe): Verdict {
  const { hostSeconds, instanceId, region } = probe;
  if (Math.abs(probe.localOffset) > mostSkewSeconds * 1000) {
    return failed(
      `this machine's own clock is ${about(probe.localOffset / 1000)} ${probe.localOffset > 0 ? "behind" : "ahead"}`,
      "set this machine's clock (sudo timedatectl set-ntp true), then make doctor",
    );
  }
  const [earliest, latest] = [probe.askedAt / 1000, probe.answeredAt / 1000];
  if (!Number.isFinite(hostSeconds) || hostSeconds === 0) {
    return failed("the host does not tell its time", "make doctor, once more");
  }
  const skew = hostSeconds < earliest ? hostSeconds - earliest : Math.max(0, hostSeconds - latest);
  if (Math.abs(skew) <= mostSkewSeconds) return ok("the host's clock agrees with this machine's");
  const commands =
    "chronyc makestep || systemctl restart systemd-timesyncd || systemctl restart chronyd";
  return failed(
    `the host's clock is ${about(skew)} ${skew < 0 ? "behind" : "ahead"}: tokens and calls to AWS are refused`,
    `aws ssm send-command --region ${region} --instance-ids ${instanceId} --document-name AWS-RunShellScript --parameters 'commands=["${commands}"]'`,
  );
}

/** No more exactly than it can be told: the host answered somewhen while it was asked. */
function about(seconds: number): string {
  return `about ${formatDuration(Math.round(Math.abs(seconds) / 60) * 60)}`;
}

export const clockCheck: Check = {
  id: "clock",
  title: "clock",
  needs: ["agent"],
  async run(context) {
    const { facts, askedAt, answeredAt } = await context.host();
    const { InstanceId: instanceId, Region: region } = context.outputs();
    // The SDK reckons it from the answers that it got.
    const localOffset = context.clients.ec2().config.systemClockOffset;
    return judgeClock({
      hostSeconds: facts.clock,
      askedAt,
      answeredAt,
      localOffset,
      instanceId,
      region,
    });
  },
};
