import { parseSettings } from "@cleanauth/common/environment.ts";
import { describe, expect, it } from "vitest";
import { closingSettings, openingSettings } from "./ingress-settings.ts";

describe("what make sg-open takes", () => {
  it("has a default for everything, and no address to fall back to", () => {
    expect(parseSettings(openingSettings, {})).toEqual({
      PORTS: [8080, 8501],
      TTL: 7200,
      FORCE: false,
      CHECKIP_URL: "https://checkip.amazonaws.com",
    });
  });

  it("reads ports once each, and a time in its unit", () => {
    const settings = parseSettings(openingSettings, { PORTS: "8501, 8501,8080", TTL: "7d" });
    expect(settings).toMatchObject({ PORTS: [8501, 8080], TTL: 604_800 });
  });

  it.each([
    ["PORTS", "8080,"],
    ["PORTS", "0"],
    ["PORTS", "65536"],
    ["PORTS", "80 80"],
    ["PORTS", "8000-9000"],
    ["PORTS", "1,2,3,4,5,6,7,8,9,10,11"],
    ["TTL", "8d"],
    ["TTL", "59s"],
    ["TTL", "0h"],
    ["TTL", "forever"],
    ["CIDR", "here"],
    ["FORCE", "please"],
    ["CHECKIP_URL", "ftp://x"],
  ])("refuses %s=%s by name", (name, value) => {
    expect(() => parseSettings(openingSettings, { [name]: value })).toThrow(
      new RegExp(`: ${name} must`),
    );
  });

  it("names all that is wrong at once", () => {
    expect(() => parseSettings(openingSettings, { CIDR: "x", PORTS: "x", TTL: "x" })).toThrow(
      /CIDR .*; PORTS .*; TTL /,
    );
  });
});

describe("what make sg-close takes", () => {
  it("narrows by nothing unless told to", () => {
    expect(parseSettings(closingSettings, {})).toEqual({ ALL: false });
  });
});
