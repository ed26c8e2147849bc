import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { TarballFile } from "./tarball.ts";

/**
 * Packages that stay as they are, in a `node_modules` folder beside the bundles: they are compiled,
 * or files of theirs are read at run time. A `*` stands for any name.
 */
export const packagesLeftAsTheyAre = ["classic-level", "blessed", "@xterm/*", "@fontsource/*"];

/** Whether a package stays as it is. */
export function isLeftAsItIs(name: string): boolean {
  return packagesLeftAsTheyAre.some((pattern) =>
    pattern.endsWith("/*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

/** CommonJS packages in an ES module bundle still call `require` for Node's own modules. */
const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * Bundles programs, each into one file at the path of its source, so that addresses relative to a
 * module stay right.
 *
 * @param root the repository
 * @param entryPoints programs, relative to it: `server/main.ts` becomes `server/main.js`
 * @param options.minify for what is sent in a command
 */
export async function bundle(
  root: string,
  entryPoints: readonly string[],
  options: { readonly minify?: boolean } = {},
): Promise<readonly TarballFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    outdir: join(root, "."),
    outbase: root,
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: options.minify === true,
    logLevel: "silent",
    banner: options.minify === true ? {} : { js: requireBanner },
    external: [...packagesLeftAsTheyAre],
    plugins: [refuseForeignPaths(root)],
  });
  return outputFiles.map(({ path, contents }) => ({
    path: path.slice(root.length + 1).replaceAll("\\", "/"),
    content: contents,
  }));
}

/** An artifact must not depend on where it was built: nothing from outside the repository goes in. */
function refuseForeignPaths(root: string): Plugin {
  return {
    name: "refuse-foreign-paths",
    setup(context) {
      context.onLoad({ filter: /.*/ }, ({ path }) =>
        path.startsWith(join(root, "/"))
          ? undefined
          : { errors: [{ text: `${path} is not below ${root}` }] },
      );
    },
  };
}
