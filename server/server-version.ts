import manifest from "./package.json" with { type: "json" };

/** This server's version, as its package names it. */
export const serverVersion: string = manifest.version;
