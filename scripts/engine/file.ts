import { createHash } from "node:crypto";
import { type Fact, fact } from "./fact.ts";
import type { Decision } from "./operation.ts";
import { type ShellScript, sh } from "./shell-script.ts";
import { maskSecrets, secretNamePattern } from "./unified-diff.ts";

/** A file as it is on a host. */
export interface FileFact {
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Of a file's whole content; empty for anything else. */
  readonly sha256: string;
  /** Where a symlink points to, or the content of a file that is not as wanted, secrets masked. */
  readonly content: string;
}

/** A file as it should be. */
export interface WantedFile {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly group: string;
  /** Octal without a leading zero: `600`. */
  readonly mode: string;
}

/**
 * Reads a path: `null` where there is nothing. A file's content leaves the host with the values of
 * secret-looking variables masked, because the shell's history keeps what a command prints.
 *
 * @param wanted the content that it should have; a file that has it is not sent
 */
export function fileFact(path: string, wanted?: string): Fact<FileFact | null> {
  const known = wanted === undefined ? "" : sha256Of(wanted);
  return fact(
    sh`p=${path}
if [ -e "$p" ] || [ -L "$p" ]; then
  stat -c '%a %U %G %F' "$p"
  if [ -L "$p" ]; then echo; readlink "$p"
  elif [ -f "$p" ]; then
    digest=$(sha256sum < "$p" | cut -c 1-64); echo "$digest"
    [ "$digest" = ${known} ] || head -c 65536 "$p" | sed -E ${`s/^([^=]*(${secretNamePattern})[^=]*=).*/\\1[secret]/I; /PRIVATE KEY-----/,$s/.*/[secret]/`}
  fi
fi`,
    parseFileFact,
  );
}

function parseFileFact(output: string): FileFact | null {
  const match = /^(\d+) (\S+) (\S+) ([^\n]+)\n(?:([^\n]*)\n([\s\S]*))?$/.exec(output);
  if (match === null) return null;
  const [, mode = "", owner = "", group = "", type = "", digest = "", content = ""] = match;
  return {
    mode,
    owner,
    group,
    kind: kindOf(type),
    sha256: digest,
    content: type === "symbolic link" ? content.replace(/\n$/, "") : content,
  };
}

function kindOf(type: string): FileFact["kind"] {
  if (type.startsWith("regular")) return "file";
  if (type === "directory") return "directory";
  return type === "symbolic link" ? "symlink" : "other";
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Decides whether a file has to be written; a file edited by hand is put back. */
export function decideFile(current: FileFact | null, wanted: WantedFile): Decision {
  const same =
    current?.kind === "file" &&
    current.sha256 === sha256Of(wanted.content) &&
    hasAttributes(current, wanted);
  if (same) return { kind: "ok" };
  const before = current?.kind === "file" ? current.content : null;
  return {
    kind: "change",
    because: current === null ? `${wanted.path} is missing` : `${wanted.path} differs`,
    command: writeFileScript(wanted),
    files: [{ path: wanted.path, before, after: maskSecrets(wanted.content) }],
  };
}

/** Decides whether a directory has to be made or its owner and mode to be put right. */
export function decideDirectory(
  current: FileFact | null,
  wanted: Omit<WantedFile, "content">,
): Decision {
  if (current?.kind === "directory" && hasAttributes(current, wanted)) return { kind: "ok" };
  const { path, owner, group, mode } = wanted;
  return {
    kind: "change",
    because: current === null ? `${path} is missing` : `${path} differs`,
    command: sh`set -eu
mkdir -p ${path}
chown ${`${owner}:${group}`} ${path}
chmod ${mode} ${path}`,
  };
}

function hasAttributes(current: FileFact, wanted: Omit<WantedFile, "content">): boolean {
  return (
    current.mode === wanted.mode && current.owner === wanted.owner && current.group === wanted.group
  );
}

/** Writes a file beside its place and renames it, so that no reader ever sees half of it. */
export function writeFileScript({ path, content, owner, group, mode }: WantedFile): ShellScript {
  return sh`set -eu
umask 077
new=${`${path}.new`}
trap 'rm -f "$new"' EXIT
printf '%s' ${content} > "$new"
chown ${`${owner}:${group}`} "$new"
chmod ${mode} "$new"
mv -fT "$new" ${path}`;
}
