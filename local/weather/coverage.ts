/** A place on Earth in decimal degrees (WGS 84). */
export interface Point {
  latitude: number;
  longitude: number;
}

/**
 * Whether the National Weather Service makes forecasts for a point.
 *
 * The border is drawn with some sixty corners: good to a few tens of kilometres, which is enough for
 * a stand-in to answer 404 for Seoul, London and Toronto.
 */
export function isCovered(point: Point): boolean {
  return isInside(point, contiguousStates) || islandsAndAlaska.some((box) => isWithin(point, box));
}

type Box = readonly [south: number, west: number, north: number, east: number];

/** Ray casting: a point is inside when a ray from it crosses the border an odd number of times. */
function isInside(point: Point, border: readonly (readonly [number, number])[]): boolean {
  let inside = false;
  let previous = border[border.length - 1];
  for (const corner of border) {
    if (previous !== undefined) {
      const [longitude, latitude] = corner;
      const [previousLongitude, previousLatitude] = previous;
      const straddles = latitude > point.latitude !== previousLatitude > point.latitude;
      const crossing =
        longitude +
        ((point.latitude - latitude) / (previousLatitude - latitude)) *
          (previousLongitude - longitude);
      if (straddles && point.longitude < crossing) inside = !inside;
    }
    previous = corner;
  }
  return inside;
}

function isWithin(point: Point, [south, west, north, east]: Box): boolean {
  return (
    point.latitude >= south &&
    point.latitude <= north &&
    point.longitude >= west &&
    point.longitude <= east
  );
}

/** Longitude and latitude of the corners, from the north-west clockwise. */
const contiguousStates: readonly (readonly [number, number])[] = [
  [-124.9, 48.5],
  [-123.0, 48.6],
  [-122.8, 49.0],
  [-95.2, 49.0],
  [-94.6, 48.7],
  [-92.0, 48.3],
  [-88.4, 48.3],
  [-84.9, 46.9],
  [-83.5, 45.9],
  [-82.5, 45.3],
  [-82.4, 43.0],
  [-83.1, 42.25],
  [-82.4, 41.7],
  [-79.8, 42.5],
  [-78.9, 42.95],
  [-79.05, 43.25],
  [-79.2, 43.45],
  [-76.8, 43.63],
  [-76.3, 44.2],
  [-75.0, 45.0],
  [-71.5, 45.0],
  [-70.3, 45.9],
  [-69.2, 47.45],
  [-67.8, 47.07],
  [-67.8, 45.7],
  [-66.9, 44.8],
  [-69.0, 43.5],
  [-69.7, 41.2],
  [-73.5, 40.3],
  [-75.0, 37.8],
  [-75.3, 35.1],
  [-77.5, 33.6],
  [-80.8, 31.5],
  [-79.9, 26.8],
  [-80.0, 25.1],
  [-81.9, 24.4],
  [-82.9, 27.8],
  [-84.2, 29.6],
  [-85.4, 29.4],
  [-88.5, 30.0],
  [-89.2, 28.8],
  [-94.5, 29.1],
  [-97.0, 27.5],
  [-97.1, 25.8],
  [-97.5, 25.83],
  [-98.2, 26.03],
  [-99.1, 26.4],
  [-100.3, 28.2],
  [-101.4, 29.75],
  [-103.1, 28.97],
  [-104.5, 29.6],
  [-106.4, 31.7],
  [-108.2, 31.3],
  [-111.07, 31.3],
  [-114.8, 32.5],
  [-117.15, 32.5],
  [-118.6, 33.6],
  [-120.8, 34.4],
  [-122.0, 36.5],
  [-123.1, 38.2],
  [-124.5, 40.4],
  [-124.7, 43.0],
];

const islandsAndAlaska: readonly Box[] = [
  [51, -180, 71.5, -141], // Alaska
  [54.6, -141, 60, -130.5], // its panhandle
  [18.8, -160.6, 22.4, -154.6], // Hawaii
  [17.6, -67.4, 18.7, -64.5], // Puerto Rico and the Virgin Islands
  [13.1, 144.5, 20.6, 146.2], // Guam and the Northern Marianas
  [-14.6, -171.2, -11, -168], // American Samoa
];
