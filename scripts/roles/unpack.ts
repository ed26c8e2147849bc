import { type ShellScript, sh } from "../engine/shell-script.ts";

/**
 * Fetches an archive, unpacks it beside its place and moves it there: half of it is never found.
 *
 * @param target the folder that it becomes
 * @param fetch a script that writes the archive to `"$part/archive.tar.gz"`, and fails when it cannot
 * @param finish a script that works on `"$part/unpacked"` before it is moved
 * @param stripped how many leading folders of the archive's paths are left away
 */
export function unpackBeside(
  target: string,
  parts: { readonly fetch: ShellScript; readonly finish: ShellScript; readonly stripped?: number },
): ShellScript {
  return sh`set -eu
part=${`${target}.partial`}
rm -rf "$part"
mkdir -p "$part/unpacked"
trap 'rm -rf "$part"' EXIT
${parts.fetch}
tar -xzf "$part/archive.tar.gz" -C "$part/unpacked" --strip-components=${parts.stripped ?? 0} --no-same-owner
${parts.finish}
rm -rf ${target}
mv "$part/unpacked" ${target}`;
}
