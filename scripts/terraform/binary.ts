import { AppError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";
import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";
import { $, which } from "zx";

/** Terraform, or OpenTofu in its place. */
export interface TerraformBinary {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

// The first with locks in S3 itself, of both.
const minimum = [1, 10] as const;

/**
 * Finds Terraform or OpenTofu: the program that TERRAFORM_BINARY_NAME names (CDKTF's own variable),
 * else `terraform`, else `tofu`.
 *
 * @throws AppError `terraform_missing`, `terraform_too_old`
 */
export async function findTerraform(environment: Environment): Promise<TerraformBinary> {
  const names = environment.TERRAFORM_BINARY_NAME?.split(" ") ?? ["terraform", "tofu"];
  for (const name of names) {
    const path = await which(name, { nothrow: true });
    if (path !== null) return checkVersion(path);
  }
  throw new AppError(
    "terraform_missing",
    `${names.join(" or ")} is not installed`,
    `Install Terraform (developer.hashicorp.com/terraform/install) or OpenTofu (opentofu.org), ${minimum.join(".")} or newer.`,
  );
}

async function checkVersion(path: string): Promise<TerraformBinary> {
  const { stdout } = await $({ nothrow: true, quiet: true })`${path} version -json`;
  const version = parseVersion(stdout);
  const name = /tofu$/.test(path) ? "OpenTofu" : "Terraform";
  if (version !== null && isNewEnough(version)) return { path, name, version };
  throw new AppError(
    "terraform_too_old",
    `${path} is ${version === null ? "of an unknown version" : `version ${version}`}`,
    `Install ${name} ${minimum.join(".")} or newer.`,
  );
}

/**
 * @param text what `terraform version -json` prints; OpenTofu uses the same name
 * @returns the version, or `null` when the text tells none
 */
export function parseVersion(text: string): string | null {
  const answer = z.object({ terraform_version: z.string() }).safeParse(parseJson(text));
  return answer.data?.terraform_version ?? null;
}

/** Whether a version has what the stack needs. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}
