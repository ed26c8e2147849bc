/** What the façade looks at of a request. Knows no HTTP library. */
export interface FacadeRequest {
  readonly query: URLSearchParams;
  /** The body as a form; empty where there is none. */
  readonly form: URLSearchParams;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
  readonly cookies: ReadonlyMap<string, string>;
  readonly acceptLanguage: string | undefined;
}

/** An answer before it is written. */
export interface FacadeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** HTML, an object that is sent as JSON, or nothing. */
  readonly body: string | object | null;
}

/** Sends a browser elsewhere; with GET, whatever it came with. */
export function redirect(location: string, cookies: readonly string[] = []): FacadeReply {
  return {
    status: 303,
    headers: { Location: location, ...(cookies.length > 0 && { "Set-Cookie": cookies }) },
    body: null,
  };
}

export function json(status: number, body: object): FacadeReply {
  return { status, headers: {}, body };
}

/** An error of the token endpoint (RFC 6749, section 5.2). */
export function oauthError(status: number, error: string, description: string): FacadeReply {
  return json(status, { error, error_description: description });
}

/**
 * The value of a parameter that may come once (RFC 6749, section 3.1).
 *
 * @returns undefined when it is missing, empty or there more than once
 */
export function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = parameters.getAll(name);
  return value === "" || more.length > 0 ? undefined : value;
}

/** Whether a parameter is there more than once. */
export function isRepeated(parameters: URLSearchParams, names: readonly string[]): boolean {
  return names.some((name) => parameters.getAll(name).length > 1);
}
