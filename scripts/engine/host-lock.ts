import { AppError } from "@cleanauth/common/app-error.ts";
import { joinLines, type ShellScript, sh } from "./shell-script.ts";

/**
 * Keeps two operators from changing one host at once. The lock is a symbolic link whose target says
 * who holds it: making one either works, with its whole content, or fails. It lies where a reboot
 * removes it, and a run that died without releasing it loses it after a while.
 */
export interface HostLock {
  /** Takes the lock, then runs the script; where another holds it, prints who and exits 75. */
  acquire(then: ShellScript): ShellScript;
  /** Runs the script only while the lock is held, and renews it. */
  guard(script: ShellScript): ShellScript;
  release(): ShellScript;
  /** The failure that tells the second operator who is at work. */
  refusal(host: string, holder: string): AppError;
}

/** `EX_TEMPFAIL`: somebody else holds the lock. */
export const lockedExitCode = 75;

/**
 * @param lock.path in a folder that every boot empties, `/run/…`
 * @param lock.holder who takes it, for the other operator to read; unique to this run, one line
 * @param lock.staleAfterSeconds after so long without a command the lock counts as abandoned; longer
 *   than any operation may take
 */
export function createHostLock(lock: {
  readonly path: string;
  readonly holder: string;
  readonly staleAfterSeconds: number;
}): HostLock {
  const { path, holder, staleAfterSeconds } = lock;
  // The guard file serialises the moment in which an abandoned lock is looked at and replaced.
  return {
    acquire: (then) =>
      joinLines([
        sh`lock_holder=$(
exec 9>${`${path}.guard`}
flock 9
if [ -L ${path} ] && [ $(( $(date +%s) - $(stat -c %Y ${path}) )) -gt ${staleAfterSeconds} ]; then rm -f ${path}; fi
ln -sT ${holder} ${path} 2>/dev/null || readlink ${path}
)
if [ -n "$lock_holder" ] && [ "$lock_holder" != ${holder} ]; then printf '%s\n' "$lock_holder"; exit ${lockedExitCode}; fi`,
        then,
      ]),
    guard: (script) =>
      joinLines([
        sh`if [ "$(readlink ${path})" != ${holder} ]; then readlink ${path}; exit ${lockedExitCode}; fi
touch -h ${path}`,
        script,
      ]),
    release: () => sh`if [ "$(readlink ${path})" = ${holder} ]; then rm -f ${path}; fi`,
    refusal: (host, other) =>
      new AppError(
        "host_locked",
        `${host} is being changed by ${other.trim() || "somebody whose lock has just gone"}`,
        `Wait until that run has ended, then run again; the lock of a run that died goes ${Math.ceil(staleAfterSeconds / 60)} minutes after its last command.`,
      ),
  };
}
