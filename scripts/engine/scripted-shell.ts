import type { RunOptions, Shell, ShellResult } from "./shell.ts";

/** A shell for tests: answers from a function, and remembers what it was told to run. */
export interface ScriptedShell extends Shell {
  readonly ran: readonly string[];
}

/**
 * @param answer gets a script's text; a rejection stands for a host that cannot be reached
 */
export function createScriptedShell(
  answer: (script: string, options: RunOptions) => Promise<Partial<ShellResult>>,
): ScriptedShell {
  const ran: string[] = [];
  return {
    ran,
    async run(script, options) {
      ran.push(script.text);
      return { exitCode: 0, stdout: "", stderr: "", ...(await answer(script.text, options)) };
    },
  };
}
