import { z } from "zod";
import { unexpectedAnswer, type WeatherService } from "../weather/weather-service.ts";
import { defineTool, type Tool } from "./tool.ts";

const maximumPeriods = 14;

const notCovered =
  "There is no forecast for this place: the US National Weather Service covers the United States " +
  "and its territories only. Check latitude and longitude (west is negative).";

const pointAnswer = z.object({
  properties: z.object({
    forecast: z.string().nullable(),
    relativeLocation: z
      .object({ properties: z.object({ city: z.string(), state: z.string() }) })
      .nullish(),
  }),
});

const forecastAnswer = z.object({
  properties: z.object({
    updateTime: z.string().nullish(),
    periods: z.array(
      z.object({
        name: z.string(),
        startTime: z.string(),
        endTime: z.string(),
        isDaytime: z.boolean(),
        temperature: z.number(),
        temperatureUnit: z.string(),
        windSpeed: z.string().nullish(),
        windDirection: z.string().nullish(),
        probabilityOfPrecipitation: z.object({ value: z.number().nullable() }).nullish(),
        shortForecast: z.string(),
        detailedForecast: z.string().nullish(),
      }),
    ),
  }),
});

const period = z.object({
  name: z.string().describe("For instance Tonight, or Tuesday"),
  startTime: z.string(),
  endTime: z.string(),
  isDaytime: z.boolean(),
  temperature: z.number(),
  temperatureUnit: z.string().describe("F or C"),
  wind: z.string(),
  precipitationPercent: z.number().nullable().describe("Chance of rain or snow, null if unknown"),
  shortForecast: z.string(),
  detailedForecast: z.string(),
});

/**
 * The forecast for a place in the United States.
 *
 * @param weather where it is read
 */
export function createGetForecast(weather: WeatherService): Tool {
  return defineTool({
    name: "get_forecast",
    title: "Weather forecast",
    description:
      "Weather forecast for the next seven days at a place in the United States, given by latitude " +
      "and longitude: temperature, wind, chance of rain, in words for each day and night. For " +
      "warnings use get_alerts. Other countries are not covered.",
    annotations: { readOnlyHint: true, openWorldHint: true },
    access: { scope: "weather:read", groups: ["user", "admin"] },
    input: z.object({
      latitude: z.number().min(-90).max(90).describe("Degrees north of the equator, e.g. 37.77"),
      longitude: z
        .number()
        .min(-180)
        .max(180)
        .describe("Degrees east; west is negative, e.g. -122.42"),
    }),
    output: z.object({
      place: z.string().describe("City and state; coordinates where neither is known"),
      latitude: z.number(),
      longitude: z.number(),
      updatedAt: z.string().nullable(),
      periods: z.array(period),
    }),
    async run({ latitude, longitude }, _caller, { signal }) {
      const point = await weather.read(
        `/points/${degrees(latitude)},${degrees(longitude)}`,
        signal,
      );
      if (point.kind === "not-found") return { kind: "failed", text: notCovered };
      if (point.kind === "failed") return point;
      const found = pointAnswer.safeParse(point.body);
      if (!found.success) return { kind: "failed", text: unexpectedAnswer };
      const { forecast: forecastUrl, relativeLocation } = found.data.properties;
      if (forecastUrl === null) return { kind: "failed", text: notCovered };

      const forecast = await weather.read(forecastUrl, signal);
      if (forecast.kind === "not-found") return { kind: "failed", text: notCovered };
      if (forecast.kind === "failed") return forecast;
      const parsed = forecastAnswer.safeParse(forecast.body);
      if (!parsed.success) return { kind: "failed", text: unexpectedAnswer };

      const near = relativeLocation?.properties;
      const place =
        near === undefined ? `${latitude}, ${longitude}` : `${near.city}, ${near.state}`;
      const periods = parsed.data.properties.periods.slice(0, maximumPeriods).map(toPeriod);
      const updatedAt = parsed.data.properties.updateTime ?? null;
      return {
        kind: "done",
        text: [`Forecast for ${place} (${latitude}, ${longitude})`, ...periods.map(inWords)].join(
          "\n",
        ),
        structured: { place, latitude, longitude, updatedAt, periods },
      };
    },
  });
}

/** The service takes four decimals and no zeros at the end; it redirects anything else. */
function degrees(value: number): string {
  return String(Number(value.toFixed(4)));
}

type Period = z.output<typeof period>;

function toPeriod(raw: z.output<typeof forecastAnswer>["properties"]["periods"][number]): Period {
  return {
    name: raw.name,
    startTime: raw.startTime,
    endTime: raw.endTime,
    isDaytime: raw.isDaytime,
    temperature: raw.temperature,
    temperatureUnit: raw.temperatureUnit,
    wind: [raw.windDirection, raw.windSpeed].filter(Boolean).join(" "),
    precipitationPercent: raw.probabilityOfPrecipitation?.value ?? null,
    shortForecast: raw.shortForecast,
    detailedForecast: raw.detailedForecast || raw.shortForecast,
  };
}

function inWords(it: Period): string {
  const wind = it.wind === "" ? "" : `, wind ${it.wind}`;
  const rain = it.precipitationPercent === null ? "" : `, rain ${it.precipitationPercent} %`;
  return `${it.name}: ${it.temperature} °${it.temperatureUnit}${wind}${rain}. ${it.detailedForecast}`;
}
