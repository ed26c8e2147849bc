import { type GridCell, latitudeOfCell } from "./grid.ts";
import { createSampler, pick } from "./sample.ts";

/** Half a day of a forecast, with the fields and units of api.weather.gov. */
export interface ForecastPeriod {
  number: number;
  name: string;
  startTime: string;
  endTime: string;
  isDaytime: boolean;
  temperature: number;
  temperatureUnit: "F" | "C";
  temperatureTrend: string | null;
  probabilityOfPrecipitation: { unitCode: "wmoUnit:percent"; value: number };
  windSpeed: string;
  windDirection: string;
  icon: string;
  shortForecast: string;
  detailedForecast: string;
}

/** What every text that a person may read begins with. */
export const sampleMark = "Sample data, not a real forecast:";

const periodCount = 14;
const hourMilliseconds = 3_600_000;

/**
 * Makes up seven days for a cell. Temperatures, sky and wind depend on the cell alone; only names and
 * times follow the clock.
 *
 * @param cell where
 * @param now the time that the first period starts at, cut to the hour
 * @param units `us` is °F and mph, `si` °C and km/h
 * @param iconBase the service's own URL
 */
export function sampleForecast(
  cell: GridCell,
  now: Date,
  units: "us" | "si",
  iconBase: string,
): ForecastPeriod[] {
  const random = createSampler(`${cell.office.id} ${cell.x},${cell.y}`);
  const base = 92 - Math.abs(Math.abs(latitudeOfCell(cell)) - 10) * 0.9 + random() * 8;
  const { timeZone } = cell.office;
  const periods: ForecastPeriod[] = [];
  let start = new Date(Math.floor(now.getTime() / hourMilliseconds) * hourMilliseconds);
  for (let number = 1; number <= periodCount; number += 1) {
    const hour = hourIn(start, timeZone);
    const isDaytime = hour >= 6 && hour < 18;
    const end = new Date(start.getTime() + hoursUntilTurn(hour) * hourMilliseconds);
    const sky = pick(random, skies);
    const fahrenheit = Math.round(base + (random() - 0.5) * 12 - (isDaytime ? 0 : 14));
    const milesPerHour = 3 + Math.floor(random() * 15);
    const temperature = units === "us" ? fahrenheit : Math.round(((fahrenheit - 32) * 5) / 9);
    const windSpeed =
      units === "us" ? `${milesPerHour} mph` : `${Math.round(milesPerHour * 1.609)} km/h`;
    const direction = pick(random, compass);
    const short = isDaytime ? sky.day : sky.night;
    const chance = sky.chance === 0 ? "" : ` Chance of precipitation is ${sky.chance}%.`;
    periods.push({
      number,
      name: nameOf(start, number, isDaytime, timeZone),
      startTime: localTime(start, timeZone),
      endTime: localTime(end, timeZone),
      isDaytime,
      temperature,
      temperatureUnit: units === "us" ? "F" : "C",
      temperatureTrend: null,
      probabilityOfPrecipitation: { unitCode: "wmoUnit:percent", value: sky.chance },
      windSpeed,
      windDirection: direction.short,
      icon: `${iconBase}/icons/land/${isDaytime ? "day" : "night"}/${sky.icon}?size=medium`,
      shortForecast: `${short} (sample)`,
      detailedForecast: `${sampleMark} ${short}, with a ${isDaytime ? "high near" : "low around"} ${temperature}. ${direction.long} wind around ${windSpeed}.${chance}`,
    });
    start = end;
  }
  return periods;
}

/** Periods turn at 6 in the morning and at 6 in the evening, local time. */
function hoursUntilTurn(hour: number): number {
  if (hour < 6) return 6 - hour;
  if (hour < 18) return 18 - hour;
  return 30 - hour;
}

function nameOf(start: Date, number: number, isDaytime: boolean, timeZone: string): string {
  const hour = hourIn(start, timeZone);
  if (number === 1) {
    if (isDaytime) return hour < 12 ? "Today" : "This Afternoon";
    return hour < 6 ? "Overnight" : "Tonight";
  }
  const weekday = new Intl.DateTimeFormat("en-US", { weekday: "long", timeZone }).format(start);
  if (isDaytime) return weekday;
  return number === 2 ? "Tonight" : `${weekday} Night`;
}

function hourIn(time: Date, timeZone: string): number {
  const text = new Intl.DateTimeFormat("en-US", {
    hour: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(time);
  return Number(text);
}

/** ISO 8601 with the place's own offset, as the service writes times. */
function localTime(time: Date, timeZone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-US", {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
      timeZone,
    })
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const offset = parts.timeZoneName?.replace("GMT", "") || "+00:00";
  const { year, month, day, hour, minute, second } = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`;
}

const skies = [
  { day: "Sunny", night: "Clear", icon: "skc", chance: 0 },
  { day: "Sunny", night: "Clear", icon: "skc", chance: 0 },
  { day: "Mostly Sunny", night: "Mostly Clear", icon: "few", chance: 0 },
  { day: "Partly Sunny", night: "Partly Cloudy", icon: "sct", chance: 0 },
  { day: "Mostly Cloudy", night: "Mostly Cloudy", icon: "bkn", chance: 10 },
  { day: "Patchy Fog", night: "Patchy Fog", icon: "fog", chance: 10 },
  {
    day: "Slight Chance Rain Showers",
    night: "Slight Chance Rain Showers",
    icon: "rain_showers,20",
    chance: 20,
  },
  { day: "Rain Showers Likely", night: "Rain Showers Likely", icon: "rain_showers,60", chance: 60 },
] as const;

const compass = [
  { short: "N", long: "North" },
  { short: "NE", long: "Northeast" },
  { short: "E", long: "East" },
  { short: "SE", long: "Southeast" },
  { short: "S", long: "South" },
  { short: "SW", long: "Southwest" },
  { short: "W", long: "West" },
  { short: "NW", long: "Northwest" },
] as const;
