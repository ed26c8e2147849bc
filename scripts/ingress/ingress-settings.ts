import { booleanSetting, integerSetting, urlSetting } from "@cleanauth/common/environment.ts";
import { z } from "zod";
import { formatDuration, parseDuration } from "../terminal/duration.ts";
import { parseCidr } from "./cidr.ts";

const longestTtlSeconds = 7 * 86_400;
const shortestTtlSeconds = 60;

const cidrSetting = z.string().transform((text, context) => {
  try {
    return parseCidr(text);
  } catch {
    context.addIssue({
      code: "custom",
      message: "must be an address or a range such as 203.0.113.7/32 or 2001:db8::/64",
    });
    return z.NEVER;
  }
});

const portSetting = integerSetting(1, 65_535);

const portsSetting = z.string().transform((text, context) => {
  const ports = text.split(",").map((port) => portSetting.safeParse(port.trim()));
  if (ports.length > 10 || ports.some((port) => !port.success)) {
    context.addIssue({
      code: "custom",
      message: "must be up to ten ports, as in 8080,8501",
    });
    return z.NEVER;
  }
  return [...new Set(ports.map((port) => port.data ?? 0))];
});

const ttlSetting = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  if (seconds === null || seconds < shortestTtlSeconds || seconds > longestTtlSeconds) {
    const longest = formatDuration(longestTtlSeconds);
    context.addIssue({
      code: "custom",
      message: `must be a time from 1m to ${longest}, as in 30m, 2h or 1d`,
    });
    return z.NEVER;
  }
  return seconds;
});

/** What `make sg-open` takes: each key is the name of an environment variable. */
export const openingSettings = z.object({
  /** Absent: the caller's own public address. */
  CIDR: cidrSetting.optional(),
  PORTS: portsSetting.default([8080, 8501]),
  /** In seconds. */
  TTL: ttlSetting.default(2 * 3600),
  FORCE: booleanSetting.default(false),
  CHECKIP_URL: urlSetting.default("https://checkip.amazonaws.com"),
});

/** What `make sg-close` takes. */
export const closingSettings = z.object({
  CIDR: cidrSetting.optional(),
  PORTS: portsSetting.optional(),
  /** Rules of every operator, not the caller's alone. */
  ALL: booleanSetting.default(false),
});
