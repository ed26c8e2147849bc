/** What no program reads at run time: types, maps, tests, pictures, sources of what is compiled. */
const neverRead =
  /(\.(d\.[cm]?ts|[cm]?ts|map|md|markdown|txt|html|flow|gyp|gypi|c|cc|cpp|h|png|gif|jpe?g|yml)|\.(npmignore|eslintrc.*|prettierrc.*|editorconfig))$/i;
const neverReadFolders =
  /^(test|tests|__tests__|docs?|examples?|example|bench(marks?)?|media|\.github|types)\//;
const licence = /^(licen[cs]e|copying|notice)[^/]*$/i;

/** Per package: what is needed of it, where that is less than all. */
const needed: Readonly<Record<string, RegExp>> = {
  // Compiled for each machine that a host may be; the C++ sources stay here.
  "classic-level":
    /^([^/]+\.js|package\.json|prebuilds\/linux-(x64|arm64)\/classic-level(\.armv8)?\.node)$/,
  blessed: /^(index\.js|package\.json|lib\/.*|vendor\/.*|usr\/.*)$/,
};

/** Everything that a page loads is named by these endings. */
const pageAssets = /^(package\.json|.*\.(css|js|mjs|woff2))$/;

/** Whether a file of an installed package goes into an artifact. */
export function isKept(packageName: string, path: string): boolean {
  if (licence.test(path)) return true;
  const only = needed[packageName];
  if (only !== undefined) return only.test(path);
  if (/^@(xterm|fontsource)\//.test(packageName)) {
    return pageAssets.test(path) && !/(^|\/)(src|typings)\//.test(path);
  }
  return !neverRead.test(path) && !neverReadFolders.test(path);
}
