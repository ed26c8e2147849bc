import { stateNames } from "./areas.ts";
import { createSampler, pick } from "./sample.ts";

/** What every text of an alert that a person may read begins with. */
export const alertSampleMark = "Sample, not a real alert:";

/** A GeoJSON feature with the CAP fields that api.weather.gov gives an alert. */
export interface AlertFeature {
  id: string;
  type: "Feature";
  geometry: null;
  properties: Readonly<Record<string, unknown>>;
}

/**
 * Makes up the active alerts of a state: none, one or two, always the same ones for the same state.
 * They carry CAP's status `Test`, so that a program that asks for actual alerts alone never shows one.
 *
 * @param area a code that the service knows; marine regions have no sample
 * @param now when they were sent
 * @param baseUrl the service's own URL
 */
export function sampleAlerts(area: string, now: Date, baseUrl: string): AlertFeature[] {
  const state = stateNames[area];
  if (state === undefined) return [];
  const random = createSampler(`hazards ${area}`);
  const count = Math.floor(random() * 3);
  return Array.from({ length: count }, (_, index) => {
    const hazard = pick(random, hazards);
    const region = `${pick(random, regions)} ${state}`;
    const id = `urn:oid:2.49.0.1.840.0.sample.${area.toLowerCase()}.${String(index + 1).padStart(3, "0")}.1`;
    const sent = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
    const ends = new Date(sent.getTime() + (6 + Math.floor(random() * 30)) * 3_600_000);
    return {
      id: `${baseUrl}/alerts/${id}`,
      type: "Feature",
      geometry: null,
      properties: {
        "@id": `${baseUrl}/alerts/${id}`,
        "@type": "wx:Alert",
        id,
        areaDesc: region,
        geocode: { SAME: [], UGC: [`${area}Z00${index + 1}`] },
        affectedZones: [`${baseUrl}/zones/forecast/${area}Z00${index + 1}`],
        references: [],
        sent: sent.toISOString(),
        effective: sent.toISOString(),
        onset: sent.toISOString(),
        expires: ends.toISOString(),
        ends: ends.toISOString(),
        status: "Test",
        messageType: "Alert",
        category: "Met",
        severity: hazard.severity,
        certainty: "Likely",
        urgency: "Expected",
        event: `${hazard.event} (sample)`,
        sender: "sample@localhost",
        senderName: "Local stand-in for the National Weather Service",
        headline: `${alertSampleMark} ${hazard.event} for ${region}`,
        description: `${alertSampleMark} ${hazard.description}`,
        instruction: `${alertSampleMark} ${hazard.instruction}`,
        response: "Prepare",
        parameters: {},
      },
    };
  });
}

const hazards = [
  {
    event: "Heat Advisory",
    severity: "Moderate",
    description: "Temperatures up to 102 degrees in the afternoon.",
    instruction: "Drink plenty of water and stay out of the sun.",
  },
  {
    event: "Wind Advisory",
    severity: "Moderate",
    description: "West winds 25 to 35 mph with gusts up to 50 mph.",
    instruction: "Secure outdoor objects.",
  },
  {
    event: "Winter Storm Watch",
    severity: "Severe",
    description: "Heavy snow possible, 8 to 12 inches.",
    instruction: "Monitor the latest forecasts for updates.",
  },
  {
    event: "Flood Watch",
    severity: "Severe",
    description: "Flooding caused by excessive rainfall is possible.",
    instruction: "Be ready to move to higher ground.",
  },
  {
    event: "Red Flag Warning",
    severity: "Severe",
    description: "Gusty winds and low humidity.",
    instruction: "Do not burn anything outdoors.",
  },
] as const;

const regions = ["Northern", "Southern", "Eastern", "Western", "Central"] as const;
