import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, isLeftAsItIs } from "./bundle.ts";
import { isKept } from "./kept-files.ts";
import { dependenciesOf, filesBelow, packageFiles } from "./package-closure.ts";
import type { TarballFile } from "./tarball.ts";

/** The programs of a release, by what pm2 calls them, as paths in it. */
export const releasePrograms = {
  "mcp-server": "server/main.js",
  "mcp-client": "client/web/main.js",
} as const;

/** What the programs read beside their code: a page, its script, its style. */
const assetFolders = ["client/web"] as const;
const isAsset = (path: string) => !/\.(ts|map)$/.test(path) && !path.includes("node_modules/");

/**
 * Everything that a release consists of, but Node itself: the two programs bundled, the few packages
 * that cannot be, and what the web terminal serves. Runs on x86-64 and arm64, wherever it was built.
 *
 * @param root the repository
 */
export async function releaseFiles(root: string): Promise<readonly TarballFile[]> {
  const entryPoints = Object.values(releasePrograms).map((path) => path.replace(/\.js$/, ".ts"));
  const programs = await bundle(root, entryPoints);
  const assets = assetFolders.flatMap((folder) =>
    (existsSync(join(root, folder)) ? filesBelow(join(root, folder)) : [])
      .filter(isAsset)
      .map((path) => ({
        path: `${folder}/${path}`,
        content: readFileSync(join(root, folder, path)),
      })),
  );
  const packages = (["server", "client"] as const).flatMap((workspace) =>
    packageFiles(
      dependenciesOf(join(root, workspace)).filter(isLeftAsItIs),
      join(root, workspace),
      root,
      isKept,
    ),
  );
  const manifest = { private: true, type: "module" };
  const files = [
    { path: "package.json", content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...programs,
    ...assets,
    ...packages,
  ];
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
