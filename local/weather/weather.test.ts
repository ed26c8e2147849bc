import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stateNames } from "./areas.ts";
import { startWeather } from "./start-weather.ts";

let weather: { url: string; close(): Promise<void> };
beforeAll(async () => {
  weather = await startWeather();
});
afterAll(() => weather.close());

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(`${weather.url}${path}`, { redirect: "manual", ...init });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    location: response.headers.get("location"),
    text,
    // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
    body: text === "" ? undefined : (JSON.parse(text) as any),
  };
}

describe("the forecast of a point", () => {
  it("leads from the point over its grid cell to fourteen half days, all marked as sample", async () => {
    const point = await get("/points/37.77,-122.42");
    expect(point).toMatchObject({ status: 200, type: "application/geo+json" });
    expect(point.body.properties).toMatchObject({ gridId: "MTR", timeZone: "America/Los_Angeles" });
    expect(point.body.properties.forecast).toMatch(
      new RegExp(`^${weather.url}/gridpoints/MTR/\\d+,\\d+/forecast$`),
    );

    const forecast = await get(new URL(point.body.properties.forecast).pathname);
    expect(forecast).toMatchObject({ status: 200, type: "application/geo+json" });
    const { periods } = forecast.body.properties;
    expect(periods).toHaveLength(14);
    for (const [index, period] of periods.entries()) {
      expect(period.number).toBe(index + 1);
      expect(period.detailedForecast).toMatch(/^Sample data, not a real forecast: /);
      expect(period.shortForecast).toContain("(sample)");
      expect(period.temperatureUnit).toBe("F");
      expect(period.startTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00-0[78]:00$/);
      if (index > 0) expect(period.startTime).toBe(periods[index - 1].endTime);
      if (index > 0) expect(period.isDaytime).toBe(!periods[index - 1].isDaytime);
    }
  });

  it("is the same for the same place and another one elsewhere", async () => {
    const temperatures = async (cell: string) =>
      (await get(`/gridpoints/${cell}/forecast`)).body.properties.periods.map(
        (period: { temperature: number }) => period.temperature,
      );
    expect(await temperatures("SEW/100,100")).toEqual(await temperatures("SEW/100,100"));
    expect(await temperatures("SEW/100,100")).not.toEqual(await temperatures("MFL/100,100"));
  });

  it("comes in °C and km/h when units=si asks for it", async () => {
    const { body } = await get("/gridpoints/BOX/85,105/forecast?units=si");
    expect(body.properties.periods[0]).toMatchObject({
      temperatureUnit: "C",
      windSpeed: expect.stringMatching(/ km\/h$/),
    });
  });

  it.each([
    ["San Francisco", "37.7749,-122.4194"],
    ["Miami", "25.7617,-80.1918"],
    ["Buffalo", "42.8864,-78.8784"],
    ["Detroit", "42.3314,-83.0458"],
    ["San Diego", "32.7157,-117.1611"],
    ["Brownsville", "25.9017,-97.4975"],
    ["Anchorage", "61.2181,-149.9003"],
    ["Juneau", "58.3019,-134.4197"],
    ["Honolulu", "21.3069,-157.8583"],
    ["San Juan", "18.4655,-66.1057"],
  ])("covers %s", async (_, point) => {
    const { status, body } = await get(`/points/${point}`);
    expect(status).toBe(200);
    expect((await get(new URL(body.properties.forecast).pathname)).status).toBe(200);
  });

  it.each([
    ["Seoul", "37.5665,126.978"],
    ["London", "51.5074,-0.1278"],
    ["Toronto", "43.6532,-79.3832"],
    ["Vancouver", "49.2827,-123.1207"],
    ["Tijuana", "32.4,-116.9"],
    ["Havana", "23.1136,-82.3666"],
    ["the null island", "0,0"],
  ])("answers 404 with the service's words for %s", async (_, point) => {
    expect(await get(`/points/${point}`)).toMatchObject({
      status: 404,
      type: "application/problem+json",
      body: {
        title: "Data Unavailable For Requested Point",
        type: "https://api.weather.gov/problems/InvalidPoint",
        status: 404,
        detail: `Unable to provide data for requested point ${point}`,
        correlationId: expect.any(String),
      },
    });
  });

  it.each([
    ["37.774929,-122.419416", "/points/37.7749,-122.4194"],
    ["37.7700,-122.4200", "/points/37.77,-122.42"],
    ["37.77%2C-122.420", "/points/37.77,-122.42"],
  ])("redirects the over-precise %s to %s", async (point, location) => {
    expect(await get(`/points/${point}`)).toMatchObject({
      status: 301,
      location,
      body: { type: "https://api.weather.gov/problems/AdjustPointPrecision" },
    });
  });

  it.each(["95,0", "0,181", "abc", "37.77", "1e9,0", "37.77,-122.42,5", "%00,%00"])(
    "refuses %s as no valid coordinate",
    async (point) => {
      expect(await get(`/points/${point}`)).toMatchObject({
        status: 400,
        body: { title: "Invalid Parameter", detail: expect.stringContaining("valid coordinate") },
      });
    },
  );

  it("knows no office and no cell that its points do not lead to", async () => {
    expect((await get("/gridpoints/XXX/1,1/forecast")).status).toBe(404);
    expect((await get("/gridpoints/MTR/9999,1/forecast")).status).toBe(404);
  });
});

describe("active alerts", () => {
  it("come as GeoJSON features whose every text says that they are samples", async () => {
    const { status, type, body } = await get("/alerts/active/area/CA");
    expect({ status, type }).toEqual({ status: 200, type: "application/geo+json" });
    expect(body).toMatchObject({
      type: "FeatureCollection",
      title: "Current watches, warnings, and advisories for California",
    });
    expect(body.features.length).toBeGreaterThan(0);
    for (const { properties } of body.features) {
      expect(properties.status).toBe("Test");
      expect(properties.event).toContain("(sample)");
      for (const name of ["headline", "description", "instruction"]) {
        expect(properties[name]).toMatch(/^Sample, not a real alert: /);
      }
    }
  });

  it("are the same by path and by query, and none are actual ones", async () => {
    const identifiers = ({ body }: { body: { features: { id: string }[] } }) =>
      body.features.map(({ id }) => id);
    const byPath = identifiers(await get("/alerts/active/area/CA"));
    expect(identifiers(await get("/alerts/active?area=CA"))).toEqual(byPath);
    expect(identifiers(await get("/alerts/active?area=CA&status=actual"))).toEqual([]);
  });

  it("exist in some states and not in others", async () => {
    const counts = await Promise.all(
      Object.keys(stateNames).map(
        async (state) => (await get(`/alerts/active/area/${state}`)).body.features.length,
      ),
    );
    expect(new Set(counts)).toEqual(new Set([0, 1, 2]));
  });

  it.each(["XX", "ca", "CAL", "toString"])("of the unknown area %s are refused", async (area) => {
    const byPath = await get(`/alerts/active/area/${area}`);
    expect(byPath).toMatchObject({ status: 404, body: { title: "Not Found" } });
    expect(byPath.body.parameterErrors[0].message).toContain(
      'Does not have a value in the enumeration ["AM"',
    );
    expect(await get(`/alerts/active?area=${area}`)).toMatchObject({
      status: 400,
      body: { title: "Bad Request", parameterErrors: [{ parameter: "query.area[0]" }, {}, {}] },
    });
  });
});

describe("every request", () => {
  it("is refused with 403 without a User-Agent", async () => {
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${weather.url}/points/37.77,-122.42`, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it.each(["/", "/points", "/points/1/2/3", "/%E0%A4%A", "//", "/../etc/passwd"])(
    "for %s, which no route has, gets a 404 problem",
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, type: "application/problem+json" });
    },
  );

  it("gets 405 for anything but GET and HEAD", async () => {
    expect((await get("/alerts/active", { method: "POST" })).status).toBe(405);
    expect(await get("/alerts/active", { method: "HEAD" })).toMatchObject({
      status: 200,
      text: "",
    });
  });

  it("listens on loopback alone", () => {
    expect(new URL(weather.url).hostname).toBe("127.0.0.1");
  });

  it("fails to start on a port that is taken", async () => {
    const { port } = new URL(weather.url);
    await expect(startWeather({ port: Number(port) })).rejects.toThrow("EADDRINUSE");
  });
});
