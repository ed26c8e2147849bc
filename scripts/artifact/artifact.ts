import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { filesBelow } from "./package-closure.ts";
import { processManagerFiles, processManagerVersion } from "./process-manager.ts";
import type { TarballFile } from "./tarball.ts";

/** A tarball on this machine, named by its content. */
export interface Artifact {
  /** In hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Where it lies. */
  readonly file: string;
}

const artifactSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number(),
});

/**
 * The release of the sources as they are: built, or taken from an earlier build of the same sources.
 *
 * @param root the repository
 * @param folder where artifacts are kept
 */
export async function buildRelease(root: string, folder: string): Promise<Artifact> {
  return buildOnce(folder, `release-${releaseKey(root)}`, async () => {
    // Loaded where something has to be built at all: the builder is large.
    const { releaseFiles } = await import("./release.ts");
    return releaseFiles(root);
  });
}

/** pm2 as the host runs it, with its version. */
export async function buildProcessManager(
  root: string,
  folder: string,
): Promise<Artifact & { version: string }> {
  const version = processManagerVersion(root);
  const key = digestOf([version, lockfileOf(root), ...ownSources(root)]);
  const artifact = await buildOnce(folder, `pm2-${key}`, async () => processManagerFiles(root));
  return { ...artifact, version };
}

async function buildOnce(
  folder: string,
  key: string,
  filesOf: () => Promise<readonly TarballFile[]>,
): Promise<Artifact> {
  const record = join(folder, `${key}.json`);
  const known = readRecord(record);
  if (known !== null) {
    const file = join(folder, `${known.sha256}.tar.gz`);
    if (existsSync(file)) return { ...known, file };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { writeTarball } = await import("./tarball.ts");
  const partial = join(folder, `${key}.${process.pid}.partial`);
  const built = await writeTarball(partial, await filesOf());
  const file = join(folder, `${built.sha256}.tar.gz`);
  renameSync(partial, file);
  writeFileSync(record, JSON.stringify(built));
  return { ...built, file };
}

function readRecord(file: string): { sha256: string; bytes: number } | null {
  const text = readIfThere(file);
  return text === null ? null : (artifactSchema.safeParse(JSON.parse(text)).data ?? null);
}

export function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/**
 * Says by one word what a release is made from: every source, the lockfile, the way it is built.
 * Reading them takes a few milliseconds where building takes seconds.
 */
function releaseKey(root: string): string {
  const sources = ["common", "server", "client"].flatMap((folder) => sourcesBelow(root, folder));
  return digestOf([lockfileOf(root), ...sources, ...ownSources(root)]);
}

function ownSources(root: string): readonly string[] {
  return sourcesBelow(root, "scripts/artifact");
}

export function sourcesBelow(root: string, folder: string): readonly string[] {
  return filesBelow(join(root, folder))
    .filter((path) => !/\.test\.ts$|(^|\/)node_modules\//.test(path))
    .sort()
    .flatMap((path) => [`${folder}/${path}`, readFileSync(join(root, folder, path), "utf8")]);
}

export function lockfileOf(root: string): string {
  return readFileSync(join(root, "package-lock.json"), "utf8");
}

export function digestOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest("hex").slice(0, 16);
}
