/** A page that a browser has come to. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/**
 * A browser without JavaScript: it keeps cookies of each host, follows redirects and sends forms. A
 * redirect to a place outside of the given origins ends the way, as it would in the client.
 *
 * @param origins where it goes; everything else is only looked at
 */
export function createBrowser(origins: readonly string[]) {
  const jars = new Map<string, Map<string, string>>();

  async function visit(url: URL, init: RequestInit = {}): Promise<Page> {
    if (!origins.includes(url.origin)) {
      return { url, status: 0, headers: new Headers(), html: "" };
    }
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, cookie },
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ""] = set.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const location = response.headers.get("location");
    if (location !== null) return visit(new URL(location, url));
    return { url, status: response.status, headers: response.headers, html: await response.text() };
  }

  return {
    open: (url: string | URL) => visit(new URL(url)),

    /** Sends the page's form with what it holds, and what is typed into it. */
    submit(page: Page, typed: Readonly<Record<string, string>>): Promise<Page> {
      const [, action = ""] = /<form method="post" action="([^"]*)"/.exec(page.html) ?? [];
      const fields = [...page.html.matchAll(/<input [^>]*name="([^"]*)"[^>]*>/g)].map(
        ([tag, name = ""]) => [unescapeHtml(name), fieldValue(tag)] as const,
      );
      const form = new URLSearchParams({ ...Object.fromEntries(fields), ...typed });
      return visit(new URL(unescapeHtml(action), page.url), { method: "POST", body: form });
    },
  };
}

function fieldValue(tag: string): string {
  return unescapeHtml(/ value="([^"]*)"/.exec(tag)?.[1] ?? "");
}

function unescapeHtml(text: string): string {
  return text.replace(/&#(\d+);/g, (_match, code) => String.fromCharCode(Number(code)));
}
