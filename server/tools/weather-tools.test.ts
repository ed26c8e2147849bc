import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callTool } from "../testing/tool-caller.ts";
import { createWeatherService } from "../weather/weather-service.ts";
import { createGetAlerts } from "./get-alerts.ts";
import { createGetForecast } from "./get-forecast.ts";
import type { Tool } from "./tool.ts";

let server: Server;
let url: string;
let forecast: Tool;
let alerts: Tool;
let answers: Record<string, unknown>;
let asked: string[];

beforeAll(async () => {
  server = createServer((req, res) => {
    asked.push(req.url ?? "");
    const body = answers[req.url ?? ""];
    if (body === undefined) res.writeHead(404).end("{}");
    else res.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const weather = createWeatherService({ baseUrl: url, userAgent: "test/1" });
  forecast = createGetForecast(weather);
  alerts = createGetAlerts(weather);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const period = {
  number: 1,
  name: "Tonight",
  startTime: "2026-11-23T18:00:00-08:00",
  endTime: "2026-11-24T06:00:00-08:00",
  isDaytime: false,
  temperature: 52,
  temperatureUnit: "F",
  windSpeed: "5 to 10 mph",
  windDirection: "W",
  probabilityOfPrecipitation: { unitCode: "wmoUnit:percent", value: 20 },
  shortForecast: "Partly Cloudy",
  detailedForecast: "Partly cloudy, with a low around 52.",
};

const point = {
  properties: {
    forecast: "",
    relativeLocation: { properties: { city: "San Francisco", state: "CA" } },
  },
};

beforeEach(() => {
  asked = [];
  answers = {
    "/points/37.77,-122.42": { properties: { ...point.properties, forecast: `${url}/forecast` } },
    "/forecast": { properties: { updateTime: "2026-11-23T10:00:00Z", periods: [period] } },
  };
});

const sanFrancisco = { latitude: 37.77, longitude: -122.42 };

describe("get_forecast", () => {
  it("words the forecast and gives it in its structure", async () => {
    expect(await callTool(forecast, sanFrancisco)).toEqual({
      kind: "done",
      text:
        "Forecast for San Francisco, CA (37.77, -122.42)\n" +
        "Tonight: 52 °F, wind W 5 to 10 mph, rain 20 %. Partly cloudy, with a low around 52.",
      structured: {
        place: "San Francisco, CA",
        ...sanFrancisco,
        updatedAt: "2026-11-23T10:00:00Z",
        periods: [
          {
            name: "Tonight",
            startTime: period.startTime,
            endTime: period.endTime,
            isDaytime: false,
            temperature: 52,
            temperatureUnit: "F",
            wind: "W 5 to 10 mph",
            precipitationPercent: 20,
            shortForecast: "Partly Cloudy",
            detailedForecast: "Partly cloudy, with a low around 52.",
          },
        ],
      },
    });
  });

  it.each([
    [{ latitude: 37.770_04, longitude: -122.420_04 }, "/points/37.77,-122.42"],
    [{ latitude: 0.000_001, longitude: -0.000_001 }, "/points/0,0"],
    [{ latitude: 40.123_456, longitude: -75 }, "/points/40.1235,-75"],
  ])("asks for %j in the form that needs no redirect", async (place, path) => {
    await callTool(forecast, place);
    expect(asked[0]).toBe(path);
  });

  it("does without what the service leaves out", async () => {
    answers["/points/37.77,-122.42"] = { properties: { forecast: `${url}/forecast` } };
    const { windSpeed: _, windDirection: __, probabilityOfPrecipitation: ___, ...bare } = period;
    answers["/forecast"] = { properties: { periods: [{ ...bare, detailedForecast: "" }] } };
    expect(await callTool(forecast, sanFrancisco)).toMatchObject({
      kind: "done",
      text: "Forecast for 37.77, -122.42 (37.77, -122.42)\nTonight: 52 °F. Partly Cloudy",
    });
  });

  it("says that a place outside the United States is not covered", async () => {
    expect(await callTool(forecast, { latitude: 37.57, longitude: 126.98 })).toMatchObject({
      kind: "failed",
      text: expect.stringContaining("covers the United States"),
    });
  });

  it("says the same where there is a place but no forecast", async () => {
    answers["/points/37.77,-122.42"] = { properties: { forecast: null } };
    expect(await callTool(forecast, sanFrancisco)).toMatchObject({
      kind: "failed",
      text: expect.stringContaining("covers the United States"),
    });
  });

  it("follows no forecast link to another server", async () => {
    answers["/points/37.77,-122.42"] = {
      properties: { forecast: "http://169.254.169.254/latest/meta-data" },
    };
    expect(await callTool(forecast, sanFrancisco)).toMatchObject({
      kind: "failed",
      text: expect.stringContaining("another server"),
    });
  });

  it("calls an answer of another form by its name", async () => {
    answers["/forecast"] = { properties: { periods: "none" } };
    expect(await callTool(forecast, sanFrancisco)).toMatchObject({
      kind: "failed",
      text: expect.stringContaining("unknown form"),
    });
  });

  it("names every wrong argument at once", async () => {
    const outcome = await callTool(forecast, { latitude: 91, longitude: "x", city: "Seoul" });
    expect(outcome.kind).toBe("invalid-arguments");
    for (const name of ["latitude: ", "longitude: ", "city: there is no such argument"]) {
      expect(outcome.text).toContain(name);
    }
    expect(asked).toEqual([]);
  });

  it.each([null, [], "text", 7, { latitude: null, longitude: Number.NaN }])(
    "refuses the arguments %j",
    async (args) => {
      expect((await callTool(forecast, args ?? { latitude: null })).kind).toBe("invalid-arguments");
    },
  );
});

describe("get_alerts", () => {
  const alertOf = (event: string, severity: string | null) => ({
    properties: { event, severity, headline: `${event} until 6 PM`, areaDesc: "Marin" },
  });

  it("says that nothing is in force", async () => {
    answers["/alerts/active?area=CA"] = { features: [] };
    expect(await callTool(alerts, { state: "CA" })).toEqual({
      kind: "done",
      text: "No weather alerts are in force in CA.",
      structured: { state: "CA", total: 0, alerts: [] },
    });
  });

  it("puts the most severe first, and those of unknown severity last", async () => {
    answers["/alerts/active?area=CA"] = {
      features: [alertOf("Unclear", null), alertOf("Frost", "Minor"), alertOf("Flood", "Extreme")],
    };
    const outcome = await callTool(alerts, { state: "CA" });
    expect(outcome).toMatchObject({
      structured: { alerts: [{ event: "Flood" }, { event: "Frost" }, { event: "Unclear" }] },
    });
    expect(outcome.text).toContain("Extreme: Flood until 6 PM\nArea: Marin");
  });

  it("shows a bounded number of alerts, with bounded texts, and says how many there are", async () => {
    const long = {
      ...alertOf("Flood", "Severe").properties,
      description: `${"x".repeat(1499)}😀😀`,
    };
    answers["/alerts/active?area=TX"] = { features: Array(30).fill({ properties: long }) };
    const outcome = await callTool(alerts, { state: "TX" });
    expect(outcome.kind === "done" && outcome.structured).toMatchObject({ total: 30 });
    expect(outcome.text).toContain(
      "30 weather alert(s) in force in TX, the 20 most severe of them",
    );
    expect(JSON.stringify(outcome)).toContain(`${"x".repeat(1499)}…`);
  });

  it.each(["ca", "California", "XX", "CA&area=TX", "../points", "", 7])(
    "refuses the state %j",
    async (state) => {
      expect((await callTool(alerts, { state })).kind).toBe("invalid-arguments");
      expect(asked).toEqual([]);
    },
  );
});
