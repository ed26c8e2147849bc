import { AppError } from "@cleanauth/common/app-error.ts";
import { type ShellScript, sh, trustedScript } from "../engine/shell-script.ts";

/** A log on the host. */
export interface LogFile {
  /** What the output calls it; one word. */
  readonly name: string;
  readonly path: string;
}

/** How far a log has been read: `null` while there is no such file. */
export type LogPosition = { readonly inode: string; readonly offset: number } | null;

/** Some bytes of a log, and where reading goes on behind them. */
export interface LogPiece {
  readonly name: string;
  readonly position: { readonly inode: string; readonly offset: number };
  readonly bytes: Buffer;
}

/** How many lines the first look returns at most. */
export const mostLines = 10_000;
const bytesAtOnce = 512 * 1024;

/**
 * Prints the end of each log, or what was written since an instant: then the files that were moved
 * away by rotation, compressed ones too, are read first. Lines hold their time as pino writes it; what
 * has none, such as a stack trace, goes with the line before.
 *
 * @param since an instant, or the number of last lines
 */
export function firstLookScript(files: readonly LogFile[], since: Date | number): ShellScript {
  const selection =
    typeof since === "number"
      ? sh`older() { :; }
chosen() { tail -n ${since}; }`
      : sh`older() {
  find "$(dirname "$path")" -maxdepth 1 -name "$(basename "$path")[.-]*" -newermt ${`@${Math.floor(since.getTime() / 1000)}`} -printf '%T@ %p\n' |
    sort -n | cut -d ' ' -f 2- | while read -r file; do
      case $file in *.gz) gzip -dc "$file" ;; *) cat "$file" ;; esac
    done
}
chosen() {
  awk -v since=${since.toISOString().slice(0, 19)} '
    on { print; next }
    match($0, /"time":"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/) &&
      substr($0, RSTART + 8, 19) >= since { on = 1; print }' | tail -n ${mostLines}
}`;
  const looks = files.map(({ name, path }) => sh`look ${name} ${path}`);
  return sh`export LC_ALL=C
${selection}
look() (
  name=$1 path=$2
  [ -f "$path" ] || exit 0
  exec 3< "$path"
  set -- $(stat -L -c '%i %s' /proc/self/fd/3)
  printf '%s %s %s\n' "$name" "$1" "$2"
  { older; head -c "$2" <&3; } | chosen | base64 | tr -d '\n'
  echo
)
${lines(looks)}`;
}

/**
 * Waits on the host until a log has grown or was rotated, then prints what is new: first what is left
 * of a file that was moved away, then the new one. A file that became shorter is read from its start.
 *
 * @param waitSeconds for how long to wait; then nothing is printed
 */
export function nextLookScript(
  files: readonly (LogFile & { readonly position: LogPosition })[],
  waitSeconds: number,
): ShellScript {
  const known = (position: LogPosition) =>
    position === null ? "" : `${position.inode} ${position.offset}`;
  const changes = files.map(
    ({ path, position }) =>
      sh`[ "$(stat -c '%i %s' ${path} 2>/dev/null)" = ${known(position)} ] || break`,
  );
  const nexts = files.map(
    ({ name, path, position }) =>
      sh`next ${name} ${path} ${position?.inode ?? ""} ${position?.offset ?? 0}`,
  );
  return sh`export LC_ALL=C
waited=0
while [ "$waited" -lt ${waitSeconds} ]; do
${lines(changes)}
waited=$((waited + 1))
sleep 1
done
piece() (
  name=$1 inode=$3 offset=$4
  [ -f "$2" ] || exit 0
  exec 3< "$2"
  set -- $(stat -L -c '%i %s' /proc/self/fd/3)
  # Rotated in this very moment: the next look finds it.
  [ -z "$inode" ] || [ "$inode" = "$1" ] || exit 0
  [ "$2" -ge "$offset" ] || offset=0
  length=$(($2 - offset))
  [ "$length" -le ${bytesAtOnce} ] || length=${bytesAtOnce}
  printf '%s %s %s\n' "$name" "$1" "$((offset + length))"
  tail -c "+$((offset + 1))" <&3 | head -c "$length" | base64 | tr -d '\n'
  echo
)
next() {
  name=$1 path=$2 inode=$3 offset=$4
  if [ -n "$inode" ] && [ "$(stat -c %i "$path" 2>/dev/null)" != "$inode" ]; then
    moved=$(find "$(dirname "$path")" -maxdepth 1 -inum "$inode" ! -name '*.gz' | head -n 1)
    if [ -n "$moved" ]; then
      piece "$name" "$moved" "$inode" "$offset"
      [ $(($(stat -c %s "$moved") - offset)) -le ${bytesAtOnce} ] || return 0
    fi
    inode= offset=0
  fi
  piece "$name" "$path" "$inode" "$offset"
}
${lines(nexts)}`;
}

function lines(scripts: readonly ShellScript[]): ShellScript {
  return trustedScript(scripts.map(({ text }) => text).join("\n"));
}

/**
 * Reads what the scripts printed.
 *
 * @throws AppError `host_logs_unreadable` when it is something else
 */
export function parsePieces(output: string): readonly LogPiece[] {
  const printed = output.split("\n");
  const pieces: LogPiece[] = [];
  for (let index = 0; index + 1 < printed.length; index += 2) {
    const [, name, inode, offset] = /^(\S+) (\d+) (\d+)$/.exec(printed[index] ?? "") ?? [];
    const encoded = printed[index + 1] ?? "";
    if (name === undefined || inode === undefined || !/^[\w+/]*={0,2}$/.test(encoded)) {
      throw new AppError(
        "host_logs_unreadable",
        `The host answered with something that is no log: ${JSON.stringify(output.slice(0, 120))}`,
        "Look at the host's shell: sh, stat, tail and base64 have to work there.",
      );
    }
    pieces.push({
      name,
      position: { inode, offset: Number(offset) },
      bytes: Buffer.from(encoded, "base64"),
    });
  }
  return pieces;
}
