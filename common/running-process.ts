/**
 * Whether a process of this machine runs, whoever it belongs to.
 *
 * @param pid its id, as a file or a variable has it; what is no process id runs nowhere
 */
export function isRunning(pid: string | undefined): boolean {
  if (pid === undefined || !/^[1-9]\d{0,9}$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
