import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { z } from "zod";
import type { TarballFile } from "./tarball.ts";

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * The files of installed packages and of everything that they depend on, at the paths where Node
 * finds them in a `node_modules` folder.
 *
 * @param names the packages to begin with
 * @param from a folder from which Node resolves them
 * @param root the folder whose `node_modules` they are installed in
 * @param keeps which files of a package go in; gets the package's name and a path within it
 * @throws AppError `configuration_package_missing` when one is not installed
 */
export function packageFiles(
  names: readonly string[],
  from: string,
  root: string,
  keeps: (name: string, path: string) => boolean,
): readonly TarballFile[] {
  const folders = new Map<string, string>();
  const visit = (name: string, dependent: string) => {
    const folder = findPackage(name, dependent);
    if (folders.has(folder)) return;
    const manifest = readManifest(folder);
    folders.set(folder, manifest.name);
    for (const dependency of Object.keys(manifest.dependencies)) visit(dependency, folder);
  };
  for (const name of names) visit(name, from);
  return [...folders].flatMap(([folder, name]) =>
    filesBelow(folder)
      .filter((path) => !path.split("/").includes("node_modules") && keeps(name, path))
      .map((path) => ({
        path: `${relative(root, folder).replaceAll("\\", "/")}/${path}`,
        content: readFileSync(join(folder, path)),
      })),
  );
}

/** The version of an installed package. */
export function packageVersion(name: string, from: string): string {
  return readManifest(findPackage(name, from)).version;
}

/** The packages that the package in a folder depends on at run time. */
export function dependenciesOf(folder: string): readonly string[] {
  return Object.keys(readManifest(folder).dependencies);
}

function readManifest(folder: string) {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

/** Looks where Node looks: in every `node_modules` from a folder upwards. */
function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new AppError(
    "configuration_package_missing",
    `The package ${name} is not installed`,
    "Run npm ci, then run again.",
  );
}

/** All files below a folder, as paths with forward slashes, in no order. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}
