import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

/** Kept out of the repository. */
export const resultsFolder = join(root, "test/bench/results");
