import { createTwoFilesPatch } from "diff";
import type { FileChange } from "./operation.ts";

/** Names of variables whose values are never shown. The host's `sed` reads the same expression. */
export const secretNamePattern =
  "SECRET|PASSWORD|PASSWD|TOKEN|PRIVATE_?KEY|CREDENTIAL|ACCESS_KEY|API_KEY";

const masked = "[secret]";
const assignment = new RegExp(
  `^(\\s*(?:export\\s+)?["']?[\\w.-]*(?:${secretNamePattern})[\\w.-]*["']?\\s*[=:]\\s*)\\S.*$`,
  "gim",
);
const privateKey = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)/g;

/** Replaces the values of secret-looking variables, and private keys, by `[secret]`. */
export function maskSecrets(text: string): string {
  return text.replace(assignment, `$1${masked}`).replace(privateKey, masked);
}

/**
 * The change of one file as a unified diff, as `diff -u` and Ansible's `--diff` print it, with
 * secrets masked on both sides.
 *
 * @returns lines, each ended by a line break
 */
export function unifiedDiff(change: FileChange): string {
  const before = maskSecrets(change.before ?? "");
  const after = maskSecrets(change.after ?? "");
  const oldName = change.before === null ? "/dev/null" : change.path;
  const newName = change.after === null ? "/dev/null" : change.path;
  const names = `--- ${oldName}\n+++ ${newName}\n`;
  if (before === after) {
    const empty = change.before === null || change.after === null;
    return `${names}${empty ? "(empty file)" : "(only values that are not shown differ)"}\n`;
  }
  const patch = createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, {
    context: 3,
  });
  const firstHunk = patch.indexOf("@@");
  return `${names}${patch.slice(Math.max(0, firstHunk))}`;
}
