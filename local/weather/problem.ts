/** An error as api.weather.gov words it: RFC 7807 problem details, with the service's own additions. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  parameterErrors?: readonly { parameter: string; message: string }[];
  /** Where the caller should go instead; only with status 301. */
  location?: string;
}

/** A path that no route has. */
export function notFoundPath(path: string): Problem {
  return {
    type: "NotFound",
    title: "Not Found",
    status: 404,
    detail: `'${path}' is not a valid resource path`,
  };
}

/** Any method but GET and HEAD. */
export function methodNotAllowed(method: string): Problem {
  return {
    type: "MethodNotAllowed",
    title: "Method Not Allowed",
    status: 405,
    detail: `Method ${method} is not allowed`,
  };
}

/** Coordinates that are no point on Earth, or no numbers at all. */
export function invalidPoint(point: string): Problem {
  return {
    type: "InvalidParameter",
    title: "Invalid Parameter",
    status: 400,
    detail: `Parameter "point" is invalid: '${point}' does not appear to be a valid coordinate`,
  };
}

/** More than four decimals, or zeros at the end: the service sends the caller to the short form. */
export function adjustedPrecision(shortPoint: string): Problem {
  return {
    type: "AdjustPointPrecision",
    title: "Adjusting Precision Of Point Coordinate",
    status: 301,
    detail:
      "The precision of latitude/longitude points is limited to 4 decimal digits for efficiency. The location attribute contains your request mapped to the nearest supported point. If your client supports it, you will be redirected.",
    location: `/points/${shortPoint}`,
  };
}

/** A point that the service makes no forecast for. */
export function pointOutsideCoverage(point: string): Problem {
  return {
    type: "InvalidPoint",
    title: "Data Unavailable For Requested Point",
    status: 404,
    detail: `Unable to provide data for requested point ${point}`,
  };
}

/** A forecast office that does not exist, or a cell outside its grid. */
export function unknownGridpoint(): Problem {
  return {
    type: "InvalidGridpoint",
    title: "Invalid Gridpoint",
    status: 404,
    detail: "Unable to provide data for requested gridpoint",
  };
}

/**
 * An area that is neither a state nor a marine region.
 *
 * @param place `path` answers 404, `query` 400, as the service does
 */
export function unknownArea(
  place: "path" | "query",
  areas: { marine: readonly string[]; states: readonly string[] },
): Problem {
  const parameter = place === "path" ? "path.area" : "query.area[0]";
  const outsideOf = (values: readonly string[]) => ({
    parameter,
    message: `Does not have a value in the enumeration ${JSON.stringify(values)}`,
  });
  const title = place === "path" ? "Not Found" : "Bad Request";
  return {
    type: title.replace(" ", ""),
    title,
    status: place === "path" ? 404 : 400,
    detail: title,
    parameterErrors: [
      outsideOf(areas.marine),
      outsideOf(areas.states),
      { parameter, message: "Failed to match exactly one schema" },
    ],
  };
}
