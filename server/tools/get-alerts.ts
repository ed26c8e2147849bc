import { z } from "zod";
import { unexpectedAnswer, type WeatherService } from "../weather/weather-service.ts";
import { defineTool, type Tool } from "./tool.ts";

/** States, the District of Columbia and territories, as the service's `area` takes them. */
export const areas = [
  ..."AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV".split(
    " ",
  ),
  ..."NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI".split(" "),
] as const;

const maximumAlerts = 20;
const longestDescriptionCharacters = 1_500;

const text = z.string().nullish();
const alertsAnswer = z.object({
  features: z.array(
    z.object({
      properties: z.object({
        event: z.string(),
        severity: text,
        urgency: text,
        certainty: text,
        headline: text,
        areaDesc: text,
        effective: text,
        expires: text,
        ends: text,
        description: text,
        instruction: text,
      }),
    }),
  ),
});

const alert = z.object({
  event: z.string().describe("For instance Flood Warning"),
  severity: z.string().describe("Extreme, Severe, Moderate, Minor or Unknown"),
  urgency: z.string(),
  certainty: z.string(),
  headline: z.string(),
  area: z.string(),
  effective: z.string().nullable(),
  expires: z.string().nullable(),
  description: z.string(),
  instruction: z.string().nullable().describe("What people there should do"),
});

/**
 * The warnings that are in force in a state.
 *
 * @param weather where they are read
 */
export function createGetAlerts(weather: WeatherService): Tool {
  return defineTool({
    name: "get_alerts",
    title: "Weather alerts",
    description:
      "Weather warnings, watches and advisories that are in force in a US state or territory at " +
      "present, the most severe first. For the expected weather use get_forecast.",
    annotations: { readOnlyHint: true, openWorldHint: true },
    access: { scope: "weather:read", groups: ["user", "admin"] },
    input: z.object({
      state: z
        .enum(areas)
        .describe("Two-letter code of the state in capitals, e.g. CA for California"),
    }),
    output: z.object({
      state: z.string(),
      total: z.number().int().describe("Alerts in force; the list may hold fewer"),
      alerts: z.array(alert),
    }),
    async run({ state }, _caller, { signal }) {
      const answer = await weather.read(`/alerts/active?area=${state}`, signal);
      if (answer.kind === "not-found") {
        return { kind: "failed", text: `The weather service has no alerts for ${state}.` };
      }
      if (answer.kind === "failed") return answer;
      const parsed = alertsAnswer.safeParse(answer.body);
      if (!parsed.success) return { kind: "failed", text: unexpectedAnswer };

      const all = parsed.data.features
        .map(({ properties }) => toAlert(properties))
        .sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
      const alerts = all.slice(0, maximumAlerts);
      return {
        kind: "done",
        text: describeAlerts(state, all.length, alerts),
        structured: { state, total: all.length, alerts },
      };
    },
  });
}

type Alert = z.output<typeof alert>;

function toAlert(raw: z.output<typeof alertsAnswer>["features"][number]["properties"]): Alert {
  return {
    event: raw.event,
    severity: raw.severity ?? "Unknown",
    urgency: raw.urgency ?? "Unknown",
    certainty: raw.certainty ?? "Unknown",
    headline: raw.headline ?? raw.event,
    area: raw.areaDesc ?? "",
    effective: raw.effective ?? null,
    expires: raw.ends ?? raw.expires ?? null,
    description: shorten(raw.description ?? ""),
    instruction: raw.instruction ? shorten(raw.instruction) : null,
  };
}

const severities = ["Extreme", "Severe", "Moderate", "Minor"];

function severityRank(severity: string): number {
  const rank = severities.indexOf(severity);
  return rank < 0 ? severities.length : rank;
}

function shorten(long: string): string {
  if (long.length <= longestDescriptionCharacters) return long;
  // A cut in the middle of a surrogate pair would leave half a character behind.
  return `${long.slice(0, longestDescriptionCharacters).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function describeAlerts(state: string, total: number, alerts: readonly Alert[]): string {
  if (total === 0) return `No weather alerts are in force in ${state}.`;
  const shown = alerts.length < total ? `, the ${alerts.length} most severe of them` : "";
  const lines = alerts.map((it) =>
    [
      `${it.severity}: ${it.headline}`,
      ...(it.area === "" ? [] : [`Area: ${it.area}`]),
      ...(it.instruction === null ? [] : [`Instruction: ${it.instruction}`]),
    ].join("\n"),
  );
  return [`${total} weather alert(s) in force in ${state}${shown}:`, ...lines].join("\n\n");
}
