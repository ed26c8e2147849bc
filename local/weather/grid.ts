import type { Point } from "./coverage.ts";

/** A forecast office and the corner stone of its grid. */
export interface Office {
  id: string;
  city: string;
  state: string;
  /** IANA name. */
  timeZone: string;
  /** Where cell {@link anchorX}, {@link anchorY} of the grid lies. */
  anchor: Point;
}

/** A 2.5 km cell of an office's grid; forecasts are made for cells, not for points. */
export interface GridCell {
  office: Office;
  x: number;
  y: number;
}

const anchorX = 85;
const anchorY = 105;
const cellsPerDegree = 44.5;
const largestIndex = 400;

/**
 * The cell that a point falls into: that of the nearest office. The grid is a plain one of degrees;
 * the service's own is a projection, so its cell numbers differ.
 *
 * @param point a point that is covered
 */
export function cellOf(point: Point): GridCell {
  const [nearest] = offices.toSorted(
    (a, b) => squaredDistance(a.anchor, point) - squaredDistance(b.anchor, point),
  );
  if (nearest === undefined) throw new Error("no forecast office is listed");
  const { anchor } = nearest;
  const index = (start: number, degrees: number) =>
    Math.min(largestIndex, Math.max(0, start + Math.round(degrees * cellsPerDegree)));
  return {
    office: nearest,
    x: index(anchorX, point.longitude - anchor.longitude),
    y: index(anchorY, point.latitude - anchor.latitude),
  };
}

/**
 * The middle of a cell.
 *
 * @returns the point, or `undefined` when the office or the cell does not exist
 */
export function parseCell(officeId: string, x: number, y: number): GridCell | undefined {
  const office = offices.find(({ id }) => id === officeId);
  const exists = office !== undefined && x <= largestIndex && y <= largestIndex;
  return exists ? { office, x, y } : undefined;
}

/** The four corners of a cell as a closed GeoJSON ring. */
export function ringOfCell({ office, x, y }: GridCell): [number, number][] {
  const corner = (dx: number, dy: number): [number, number] => [
    round(office.anchor.longitude + (x - anchorX + dx) / cellsPerDegree),
    round(office.anchor.latitude + (y - anchorY + dy) / cellsPerDegree),
  ];
  return [
    corner(-0.5, -0.5),
    corner(-0.5, 0.5),
    corner(0.5, 0.5),
    corner(0.5, -0.5),
    corner(-0.5, -0.5),
  ];
}

/** The latitude of a cell's middle: it decides how warm the sample is. */
export function latitudeOfCell({ office, y }: GridCell): number {
  return office.anchor.latitude + (y - anchorY) / cellsPerDegree;
}

function squaredDistance(a: Point, b: Point): number {
  const narrowing = Math.cos((a.latitude * Math.PI) / 180);
  return (a.latitude - b.latitude) ** 2 + ((a.longitude - b.longitude) * narrowing) ** 2;
}

function round(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}

function office(
  id: string,
  city: string,
  state: string,
  timeZone: string,
  latitude: number,
  longitude: number,
): Office {
  return { id, city, state, timeZone, anchor: { latitude, longitude } };
}

const offices: readonly Office[] = [
  office("MTR", "San Francisco", "CA", "America/Los_Angeles", 37.7749, -122.4194),
  office("LOX", "Los Angeles", "CA", "America/Los_Angeles", 34.0522, -118.2437),
  office("STO", "Sacramento", "CA", "America/Los_Angeles", 38.5816, -121.4944),
  office("SGX", "San Diego", "CA", "America/Los_Angeles", 32.7157, -117.1611),
  office("SEW", "Seattle", "WA", "America/Los_Angeles", 47.6062, -122.3321),
  office("PQR", "Portland", "OR", "America/Los_Angeles", 45.5152, -122.6784),
  office("OTX", "Spokane", "WA", "America/Los_Angeles", 47.6588, -117.426),
  office("BOI", "Boise", "ID", "America/Boise", 43.615, -116.2023),
  office("VEF", "Las Vegas", "NV", "America/Los_Angeles", 36.1699, -115.1398),
  office("SLC", "Salt Lake City", "UT", "America/Denver", 40.7608, -111.891),
  office("PSR", "Phoenix", "AZ", "America/Phoenix", 33.4484, -112.074),
  office("ABQ", "Albuquerque", "NM", "America/Denver", 35.0844, -106.6504),
  office("BOU", "Denver", "CO", "America/Denver", 39.7392, -104.9903),
  office("BYZ", "Billings", "MT", "America/Denver", 45.7833, -108.5007),
  office("BIS", "Bismarck", "ND", "America/Chicago", 46.8083, -100.7837),
  office("MPX", "Minneapolis", "MN", "America/Chicago", 44.9778, -93.265),
  office("TOP", "Topeka", "KS", "America/Chicago", 39.0473, -95.752),
  office("OUN", "Oklahoma City", "OK", "America/Chicago", 35.4676, -97.5164),
  office("FWD", "Dallas", "TX", "America/Chicago", 32.7767, -96.797),
  office("EWX", "Austin", "TX", "America/Chicago", 30.2672, -97.7431),
  office("HGX", "Houston", "TX", "America/Chicago", 29.7604, -95.3698),
  office("EPZ", "El Paso", "TX", "America/Denver", 31.7619, -106.485),
  office("LSX", "St. Louis", "MO", "America/Chicago", 38.627, -90.1994),
  office("LOT", "Chicago", "IL", "America/Chicago", 41.8781, -87.6298),
  office("LIX", "New Orleans", "LA", "America/Chicago", 29.9511, -90.0715),
  office("OHX", "Nashville", "TN", "America/Chicago", 36.1627, -86.7816),
  office("DTX", "Detroit", "MI", "America/Detroit", 42.3314, -83.0458),
  office("CLE", "Cleveland", "OH", "America/New_York", 41.4993, -81.6944),
  office("FFC", "Atlanta", "GA", "America/New_York", 33.749, -84.388),
  office("MFL", "Miami", "FL", "America/New_York", 25.7617, -80.1918),
  office("RAH", "Raleigh", "NC", "America/New_York", 35.7796, -78.6382),
  office("LWX", "Washington", "DC", "America/New_York", 38.9072, -77.0369),
  office("OKX", "New York", "NY", "America/New_York", 40.7128, -74.006),
  office("BUF", "Buffalo", "NY", "America/New_York", 42.8864, -78.8784),
  office("BOX", "Boston", "MA", "America/New_York", 42.3601, -71.0589),
  office("CAR", "Caribou", "ME", "America/New_York", 46.8606, -68.012),
  office("AFC", "Anchorage", "AK", "America/Anchorage", 61.2181, -149.9003),
  office("AFG", "Fairbanks", "AK", "America/Anchorage", 64.8378, -147.7164),
  office("AJK", "Juneau", "AK", "America/Juneau", 58.3019, -134.4197),
  office("HFO", "Honolulu", "HI", "Pacific/Honolulu", 21.3069, -157.8583),
  office("SJU", "San Juan", "PR", "America/Puerto_Rico", 18.4655, -66.1057),
  office("GUM", "Hagatna", "GU", "Pacific/Guam", 13.4763, 144.7502),
  office("PPG", "Pago Pago", "AS", "Pacific/Pago_Pago", -14.2756, -170.702),
];
