import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findTerraform, isNewEnough, parseVersion } from "./binary.ts";

let directory: string;

// A program that is found by name and tells a version.
function install(name: string, version: string): void {
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify({ terraform_version: version })}'\n`);
  chmodSync(file, 0o755);
}

describe("Terraform is found", () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cleanauth-bin-"));
    vi.stubEnv("PATH", [directory, "/usr/bin", "/bin"].join(delimiter));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("before OpenTofu, and OpenTofu where there is no Terraform", async () => {
    install("tofu", "1.10.2");
    expect(await findTerraform({})).toMatchObject({ name: "OpenTofu", version: "1.10.2" });
    install("terraform", "1.13.0");
    expect(await findTerraform({})).toMatchObject({ name: "Terraform", version: "1.13.0" });
    const chosen = await findTerraform({ TERRAFORM_BINARY_NAME: "tofu" });
    expect(chosen).toMatchObject({ name: "OpenTofu" });
  });

  test("and refused when it is too old", async () => {
    install("terraform", "1.9.8");
    await expect(findTerraform({})).rejects.toMatchObject({
      code: "terraform_too_old",
      message: expect.stringContaining("is version 1.9.8"),
    });
  });

  test("and where there is neither, it is said how to get one", async () => {
    vi.stubEnv("PATH", directory);
    await expect(findTerraform({})).rejects.toMatchObject({
      code: "terraform_missing",
      message: "terraform or tofu is not installed",
      hint: expect.stringContaining("1.10 or newer"),
    });
  });
});

test.each([
  ["1.10.0", true],
  ["1.11.4", true],
  ["2.0.0", true],
  ["1.9.99", false],
  ["0.15.0", false],
  ["nonsense", false],
])("%s is new enough: %s", (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test("a version that cannot be read is none", () => {
  expect(parseVersion("Terraform v1.5")).toBeNull();
  expect(parseVersion('{"terraform_version":"1.11.4"}')).toBe("1.11.4");
});
