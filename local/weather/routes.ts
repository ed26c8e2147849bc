import { z } from "zod";
import { sampleAlerts } from "./active-alerts.ts";
import { isArea, marineAreas, stateNames } from "./areas.ts";
import { isCovered, type Point } from "./coverage.ts";
import { sampleForecast } from "./forecast-periods.ts";
import { cellOf, parseCell, ringOfCell } from "./grid.ts";
import {
  adjustedPrecision,
  invalidPoint,
  methodNotAllowed,
  notFoundPath,
  type Problem,
  pointOutsideCoverage,
  unknownArea,
  unknownGridpoint,
} from "./problem.ts";

/** A request as far as the answer depends on it. */
export interface WeatherRequest {
  method: string;
  /** Path and query, as sent. */
  target: string;
  userAgent: string;
  baseUrl: string;
  now: Date;
}

export type WeatherAnswer =
  | { kind: "geo"; body: unknown }
  | { kind: "problem"; problem: Problem }
  /** What the service's edge answers before a request reaches the API. */
  | { kind: "denied"; html: string };

/**
 * Decides what api.weather.gov would answer, out of sample data.
 *
 * @param request the request
 * @returns a GeoJSON body, a problem, or the edge's refusal of a caller without a User-Agent
 */
export function answerWeather(request: WeatherRequest): WeatherAnswer {
  if (request.userAgent.trim() === "") return { kind: "denied", html: accessDenied };
  if (!["GET", "HEAD"].includes(request.method)) return problem(methodNotAllowed(request.method));
  const parsed = URL.canParse(request.target, request.baseUrl)
    ? new URL(request.target, request.baseUrl)
    : undefined;
  const path = parsed === undefined ? undefined : decodePath(parsed.pathname);
  if (parsed === undefined || path === undefined) return problem(notFoundPath(request.target));

  const point = /^\/points\/([^/]+)$/.exec(path);
  if (point?.[1] !== undefined) return answerPoint(point[1], request);
  const cell = /^\/gridpoints\/([A-Z]{3})\/(\d{1,4}),(\d{1,4})\/forecast$/.exec(path);
  if (cell !== null) {
    return answerForecast(cell.slice(1), parsed.searchParams.get("units") ?? "us", request);
  }
  const area = /^\/alerts\/active\/area\/([^/]+)$/.exec(path);
  if (area?.[1] !== undefined) return answerAlerts([area[1]], "path", parsed, request);
  if (path === "/alerts/active") {
    const areas = parsed.searchParams.getAll("area").flatMap((value) => value.split(","));
    return answerAlerts(areas, "query", parsed, request);
  }
  return problem(notFoundPath(path));
}

function answerPoint(text: string, { baseUrl }: WeatherRequest): WeatherAnswer {
  const parsed = pointParameter.safeParse(text);
  if (!parsed.success) return problem(invalidPoint(text));
  const point = parsed.data;
  const shortForm = `${shortened(point.latitude)},${shortened(point.longitude)}`;
  if (shortForm !== text) return problem(adjustedPrecision(shortForm));
  if (!isCovered(point)) return problem(pointOutsideCoverage(text));
  const { office, x, y } = cellOf(point);
  const grid = `${baseUrl}/gridpoints/${office.id}/${x},${y}`;
  return geo({
    "@context": context,
    id: `${baseUrl}/points/${text}`,
    type: "Feature",
    geometry: { type: "Point", coordinates: [point.longitude, point.latitude] },
    properties: {
      "@id": `${baseUrl}/points/${text}`,
      "@type": "wx:Point",
      cwa: office.id,
      forecastOffice: `${baseUrl}/offices/${office.id}`,
      gridId: office.id,
      gridX: x,
      gridY: y,
      forecast: `${grid}/forecast`,
      forecastHourly: `${grid}/forecast/hourly`,
      forecastGridData: grid,
      observationStations: `${grid}/stations`,
      relativeLocation: {
        type: "Feature",
        geometry: {
          type: "Point",
          coordinates: [office.anchor.longitude, office.anchor.latitude],
        },
        properties: { city: office.city, state: office.state },
      },
      timeZone: office.timeZone,
    },
  });
}

function answerForecast(
  [officeId = "", x, y]: readonly string[],
  units: string,
  { baseUrl, now }: WeatherRequest,
): WeatherAnswer {
  const cell = parseCell(officeId, Number(x), Number(y));
  if (cell === undefined) return problem(unknownGridpoint());
  const system = units === "si" ? "si" : "us";
  return geo({
    "@context": context,
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [ringOfCell(cell)] },
    properties: {
      units: system,
      forecastGenerator: "BaselineForecastGenerator",
      generatedAt: now.toISOString(),
      updateTime: now.toISOString(),
      validTimes: `${now.toISOString()}/P7D`,
      periods: sampleForecast(cell, now, system, baseUrl),
    },
  });
}

function answerAlerts(
  areas: readonly string[],
  place: "path" | "query",
  url: URL,
  { baseUrl, now }: WeatherRequest,
): WeatherAnswer {
  if (!areas.every(isArea)) {
    return problem(unknownArea(place, { marine: marineAreas, states: Object.keys(stateNames) }));
  }
  const asked = areas.length === 0 ? Object.keys(stateNames) : areas;
  const statuses = (url.searchParams.get("status") ?? "test").toLowerCase().split(",");
  const names = areas.map((area) => stateNames[area] ?? area).join(", ");
  return geo({
    "@context": context,
    type: "FeatureCollection",
    features: statuses.includes("test")
      ? asked.flatMap((area) => sampleAlerts(area, now, baseUrl))
      : [],
    title: `Current watches, warnings, and advisories${names === "" ? "" : ` for ${names}`}`,
    updated: now.toISOString(),
  });
}

const pointParameter = z
  .string()
  .regex(/^-?\d{1,3}(\.\d{1,20})?,-?\d{1,3}(\.\d{1,20})?$/)
  .transform((text): Point => {
    const [latitude = Number.NaN, longitude = Number.NaN] = text.split(",").map(Number);
    return { latitude, longitude };
  })
  .refine(({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180);

/** At most four decimals and no zeros at the end, as the service wants coordinates. */
function shortened(degrees: number): string {
  return String(Math.round(degrees * 10_000) / 10_000 + 0);
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function geo(body: unknown): WeatherAnswer {
  return { kind: "geo", body };
}

function problem(details: Problem): WeatherAnswer {
  return { kind: "problem", problem: details };
}

const context = [
  "https://geojson.org/geojson-ld/geojson-context.jsonld",
  { "@version": "1.1", wx: "https://api.weather.gov/ontology#" },
];

const accessDenied = `<HTML><HEAD>
<TITLE>Access Denied</TITLE>
</HEAD><BODY>
<H1>Access Denied</H1>
You don't have permission to access this server: a request must carry a User-Agent.
</BODY>
</HTML>
`;
