import { join } from "node:path";

/** Debian's package; no browser is downloaded. */
export const chromiumPath = "/usr/bin/chromium";

/** Where screenshots are left to be looked at; git knows nothing of it. */
export const resultsFolder = join(import.meta.dirname, "results");
