/** The weather service's answer, or why there is none, worded for the model or person that asked. */
export type WeatherAnswer =
  | { readonly kind: "answer"; readonly body: unknown }
  | { readonly kind: "not-found" }
  | { readonly kind: "failed"; readonly text: string };

/** Reads from the API of the US National Weather Service (https://www.weather.gov/documentation/services-web-api). */
export interface WeatherService {
  /**
   * @param path a path of the API, or an absolute URL that an earlier answer gave
   * @param signal aborts when nobody waits for the answer any more; that is thrown
   */
  read(path: string, signal: AbortSignal): Promise<WeatherAnswer>;
}

export interface WeatherServiceOptions {
  readonly baseUrl: string;
  /** The service asks callers to name themselves. */
  readonly userAgent: string;
  readonly timeoutMilliseconds?: number;
  readonly maximumBytes?: number;
}

const maximumRedirects = 3;

/**
 * Makes a client of the weather service. It stays on the service's own origin: neither a redirect
 * nor a link in an answer leads it anywhere else, for it runs where internal addresses are in reach.
 *
 * @param options.baseUrl the service's URL, without a slash at its end
 * @param options.timeoutMilliseconds for the whole of one answer
 * @param options.maximumBytes alerts of a large state are some hundred kilobytes
 */
export function createWeatherService(options: WeatherServiceOptions): WeatherService {
  const {
    baseUrl,
    userAgent,
    timeoutMilliseconds = 10_000,
    maximumBytes = 8 * 1024 * 1024,
  } = options;
  const { origin } = new URL(baseUrl);

  async function request(url: URL, signal: AbortSignal, redirects: number): Promise<WeatherAnswer> {
    if (url.origin !== origin) return failed("pointed to another server, which is not followed");
    const response = await fetch(url, {
      signal,
      redirect: "manual",
      headers: { "User-Agent": userAgent, Accept: "application/geo+json" },
    });
    if (response.ok) return readJson(response, maximumBytes);
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (location !== null && response.status < 400) {
      if (redirects >= maximumRedirects) return failed("redirected too often");
      return request(new URL(location, url), signal, redirects + 1);
    }
    if (response.status === 404 || response.status === 400) return { kind: "not-found" };
    return failed(`answered with an error (status ${response.status}). Try again in a while`);
  }

  return {
    async read(path, signal) {
      const timeout = AbortSignal.timeout(timeoutMilliseconds);
      const target = path.startsWith("/") ? `${baseUrl}${path}` : path;
      if (!URL.canParse(target)) return failed("gave a link that is no URL");
      try {
        return await request(new URL(target), AbortSignal.any([signal, timeout]), 0);
      } catch (error) {
        signal.throwIfAborted();
        if (timeout.aborted) {
          const seconds = timeoutMilliseconds / 1000;
          return failed(`did not answer within ${seconds} seconds. Try again in a while`);
        }
        if (error instanceof SyntaxError) return failed("gave an answer that is no JSON");
        return failed("is out of reach at present. Try again in a while");
      }
    },
  };
}

function failed(what: string): WeatherAnswer {
  return { kind: "failed", text: `The weather service ${what}.` };
}

async function readJson(response: Response, maximumBytes: number): Promise<WeatherAnswer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maximumBytes) {
      return failed("gave an answer that is too large to read");
    }
    chunks.push(chunk);
  }
  return { kind: "answer", body: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
}

/** For an answer that is JSON, but not what the service's documentation describes. */
export const unexpectedAnswer = "The weather service gave an answer of an unknown form.";
