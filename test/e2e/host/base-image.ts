import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const suite = "trixie";
const packages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "ca-certificates",
  "curl",
  "iproute2",
  "logrotate",
  "openssl",
];

/** Where what is slow to make is kept between runs, outside of the repository. */
export function cacheFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cleanauth-e2e");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * A small Debian with systemd and what every cloud image has, as a folder. Made once by debootstrap.
 *
 * @returns the folder; it is copied, never changed
 */
export function baseImage(): string {
  const image = join(cacheFolder(), `debian-${suite}`);
  if (existsSync(image)) return image;
  const partial = `${image}.${process.pid}.partial`;
  try {
    execFileSync(
      "debootstrap",
      ["--variant=minbase", `--include=${packages.join(",")}`, suite, partial],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    renameSync(partial, image);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return image;
}
