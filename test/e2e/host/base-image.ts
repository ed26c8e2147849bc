import { madeOnce } from "./made-once.ts";

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

/**
 * A small Debian with systemd and what every cloud image has, as a folder. Made once by debootstrap.
 *
 * @returns the folder; it is copied, never changed
 */
export function baseImage(): Promise<string> {
  return madeOnce(
    `debian-${suite}-${packages.length}`,
    `debootstrap --variant=minbase --include=${packages.join(",")} ${suite} made >&2`,
  );
}
