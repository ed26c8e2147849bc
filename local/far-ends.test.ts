import { parseSettings } from "@cleanauth/common/environment.ts";
import { describe, expect, it } from "vitest";
import {
  chooseFarEnds,
  localSettings,
  serverEnvironment,
  standInNames,
  webTerminalEnvironment,
} from "./far-ends.ts";

const pool = { COGNITO_POOL_ID: "us-east-1_AbCdEfGhI", COGNITO_CLIENT_ID: "4abc" };
const localModel = { LOCAL_MODEL_URL: "http://localhost:11434/v1", LOCAL_MODEL: "qwen3" };

describe("chooseFarEnds", () => {
  it.each([
    ["plays everything itself without settings", {}, ["Cognito", "Bedrock", "weather"]],
    ["leaves out the Cognito stand-in for a given pool", pool, ["Bedrock", "weather"]],
    [
      "leaves out the Bedrock stand-in for a given model",
      { BEDROCK_MODEL_ID: "us.amazon.nova-2-lite-v1:0" },
      ["Cognito", "weather"],
    ],
    ["counts a model on this machine as real", localModel, ["Cognito", "weather"]],
    [
      "leaves out the weather stand-in for a given service",
      { WEATHER_API_URL: "https://api.weather.gov" },
      ["Cognito", "Bedrock"],
    ],
  ])("%s", (_name, environment, expected) => {
    const settings = parseSettings(localSettings, environment);
    expect(standInNames(chooseFarEnds(settings))).toEqual(expected);
  });

  it("lets a model on this machine win over a Bedrock model", () => {
    const settings = parseSettings(localSettings, { ...localModel, BEDROCK_MODEL_ID: "a.b-v1:0" });
    expect(chooseFarEnds(settings).bedrock).toBe("local model");
  });
});

describe("localSettings", () => {
  it("names every wrong setting at once and shows no value", () => {
    const wrong = { PORT: "80.5", COGNITO_POOL_ID: "pool", CLEANAUTH_PASSWORD: "pass word" };
    expect(() => parseSettings(localSettings, wrong)).toThrow(
      /PORT must be .*COGNITO_POOL_ID must have.*CLEANAUTH_PASSWORD must hold no blank/,
    );
    expect(() => parseSettings(localSettings, wrong)).not.toThrow(/pass word/);
  });

  it.each([
    [{ COGNITO_POOL_ID: pool.COGNITO_POOL_ID }, "COGNITO_CLIENT_ID"],
    [{ COGNITO_CLIENT_ID: pool.COGNITO_CLIENT_ID }, "COGNITO_POOL_ID"],
    [{ LOCAL_MODEL_URL: localModel.LOCAL_MODEL_URL }, "LOCAL_MODEL"],
  ])("asks for the other half of %j", (environment, missing) => {
    expect(() => parseSettings(localSettings, environment)).toThrow(`${missing} is not set`);
  });
});

describe("the environments of the parts", () => {
  const whole = {
    PATH: "/bin",
    COGNITO_POOL_ID: "p",
    COGNITO_CLIENT_SECRET: "s",
    CLEANAUTH_PASSWORD: "w",
    CLEANAUTH_TOTP_SECRET: "t",
    COGNITO_MACHINE_CLIENT_SECRET: "m",
    AWS_SECRET_ACCESS_KEY: "k",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "u",
  };

  it("keeps the client's secrets from the server", () => {
    expect(Object.keys(serverEnvironment(whole))).toEqual([
      "PATH",
      "COGNITO_POOL_ID",
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    ]);
  });

  it("keeps the demo sign-in from the web terminal", () => {
    const names = Object.keys(webTerminalEnvironment(whole));
    expect(names).toContain("COGNITO_CLIENT_SECRET");
    expect(names).not.toContain("CLEANAUTH_PASSWORD");
    expect(names).not.toContain("COGNITO_MACHINE_CLIENT_SECRET");
  });
});
