import { decideFile, type FileFact } from "../engine/file.ts";
import type { Decision } from "../engine/operation.ts";
import { sh } from "../engine/shell-script.ts";
import type { HostSettings } from "./host-settings.ts";
import { layout } from "./layout.ts";

/** Decides about the certificates that the operator wants the host to trust. */
export function decideGivenAuthorities(
  { givenAuthorities: wanted }: HostSettings,
  current: FileFact | null,
): Decision {
  const path = layout.givenAuthorities;
  if (wanted !== null) {
    return decideFile(current, {
      path,
      content: wanted,
      owner: "root",
      group: "root",
      mode: "644",
    });
  }
  return current === null ? { kind: "ok" } : { kind: "change", command: sh`rm -f ${path}` };
}
