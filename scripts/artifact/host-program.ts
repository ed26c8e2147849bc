import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf, lockfileOf, readIfThere, sourcesBelow } from "./artifact.ts";

/**
 * The program that fetches from AWS on the host, as one small text without dependencies: it travels
 * in a command, before anything else is there.
 *
 * @param root the repository
 * @param folder where it is kept once it is built
 */
export async function buildHostProgram(root: string, folder: string): Promise<string> {
  const key = digestOf([lockfileOf(root), ...sourcesBelow(root, "scripts/on-host")]);
  const file = join(folder, `host-program-${key}.mjs`);
  const known = readIfThere(file);
  if (known !== null) return known;
  const { bundle } = await import("./bundle.ts");
  const [program] = await bundle(root, ["scripts/on-host/main.ts"], { minify: true });
  const text = Buffer.from(program?.content ?? []).toString("utf8");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, text);
  return text;
}
