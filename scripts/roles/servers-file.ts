import { createHash } from "node:crypto";
import { AppError } from "@cleanauth/common/app-error.ts";
import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";

/** A package from npm that an entry of the servers file runs with `npx`. */
export interface ServerPackage {
  /** The entry's name. */
  readonly server: string;
  readonly name: string;
  readonly version: string;
  /** What npm's lockfile would say of the package: `sha512-…`. */
  readonly integrity: string;
}

/** The servers file, as far as the host has to be prepared for it; the server checks all of it. */
export interface ServersFile {
  readonly sha256: string;
  readonly packages: readonly ServerPackage[];
}

const entries = z.object({
  mcpServers: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "is no name for a server"),
    z.looseObject({
      command: z.string().optional(),
      args: z.array(z.string()).default([]),
      disabled: z.boolean().default(false),
      cleanauth: z
        .looseObject({
          integrity: z
            .string()
            .regex(/^sha512-[\w+/]{86}==$/, "must be sha512-…")
            .optional(),
        })
        .default({}),
    }),
  ),
});

/**
 * Finds out what a servers file needs on the host. An entry with `npx -y NAME@VERSION` is installed
 * beforehand, with the integrity that the entry gives: what runs there is what was looked at.
 *
 * @param text of the file
 * @param path for the error
 * @throws AppError `configuration_servers_file` with every mistake
 */
export function readServersFile(text: string, path: string): ServersFile {
  const parsed = entries.safeParse(parseJson(text));
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      (issue) => `${issue.path.join(".") || "the file"} ${issue.message}`,
    );
    throw wrongFile(path, mistakes);
  }
  const mistakes: string[] = [];
  const packages = Object.entries(parsed.data.mcpServers)
    .filter(([, { command, disabled }]) => command === "npx" && !disabled)
    .flatMap(([server, { args, cleanauth }]): ServerPackage[] => {
      const spec = args.find((arg) => !arg.startsWith("-")) ?? "";
      const [, name, version] =
        /^((?:@[\w.-]+\/)?[\w.-]+)@(\d+\.\d+\.\d+[\w.-]*)$/.exec(spec) ?? [];
      const { integrity } = cleanauth;
      if (name === undefined || version === undefined) {
        mistakes.push(
          `${server} runs ${spec || "nothing"} with npx: name an exact version, NAME@1.2.3`,
        );
      } else if (integrity === undefined) {
        mistakes.push(
          `${server} lacks cleanauth.integrity: npm view ${spec} dist.integrity tells it`,
        );
      } else return [{ server, name, version, integrity }];
      return [];
    });
  if (mistakes.length > 0) throw wrongFile(path, mistakes);
  return { sha256: createHash("sha256").update(text).digest("hex"), packages };
}

function wrongFile(path: string, mistakes: readonly string[]): AppError {
  return new AppError(
    "configuration_servers_file",
    `${path} cannot be carried to the host: ${mistakes.join("; ")}`,
    "Correct it; docs/your-own-server.md has an example.",
  );
}
