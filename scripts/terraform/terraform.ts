import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";
import { $ } from "zx";
import type { TerraformBinary } from "./binary.ts";
import { type RunPlace, terraformFailure } from "./failure.ts";
import { guardInterrupts, interruptedError } from "./interrupt.ts";
import { type Diagnostic, parseMessage, type TerraformMessage } from "./message.ts";
import { type PlannedChange, parsePlan } from "./plan.ts";
import { createProgress } from "./progress.ts";
import { parseState, type TerraformState } from "./state.ts";
import type { SynthesisedStack } from "./synthesise.ts";

export interface TerraformRun {
  readonly binary: TerraformBinary;
  readonly stack: SynthesisedStack;
  readonly environment: Environment;
  /** Prints a line of progress. */
  say(text: string): void;
}

/** Terraform at work on one stack. Every call throws AppErrors worded by `terraformFailure`. */
export interface Terraform {
  /** @param options.reconfigure forget where the state was before */
  init(options: { readonly reconfigure: boolean }): Promise<void>;
  readState(): Promise<TerraformState>;
  /** Plans, and keeps the plan until `apply` or `discard`. */
  plan(kind: "deploy" | "destroy"): Promise<readonly PlannedChange[]>;
  /** Does what the kept plan says. */
  apply(changes: readonly PlannedChange[]): Promise<void>;
  /** Removes the kept plan, which holds secrets as the state does. */
  discard(): void;
}

const logFile = ".cleanauth/terraform.log";
const planFile = "stack.tfplan";

export function createTerraform(run: TerraformRun): Terraform {
  const { binary, stack, say } = run;
  const place: RunPlace = { logFile, directory: stack.directory };
  const $terraform = $({
    nothrow: true,
    quiet: true,
    detached: true,
    env: terraformEnvironment(run.environment),
  });
  mkdirSync(dirname(logFile), { recursive: true });
  writeFileSync(logFile, "", { mode: 0o600 });

  // For short answers: the whole of stdout.
  const ask = async (args: readonly string[]): Promise<string> => {
    const child = $terraform`exec ${binary.path} -chdir=${stack.directory} ${args}`;
    return guarded(child, async (guard) => {
      const { exitCode, stdout, stderr } = await child;
      appendFileSync(logFile, stderr);
      if (guard.wasInterrupted) throw interruptedError(null);
      if (exitCode === 0) return stdout;
      throw terraformFailure([plainError(stderr)], place);
    });
  };

  // For long work: messages as they come. Resolves when it was done, or when it was interrupted.
  const follow = async (
    args: readonly string[],
    onMessage: (message: TerraformMessage) => void = () => {},
  ): Promise<{ readonly wasInterrupted: boolean; readonly isDone: boolean }> => {
    const errors: Diagnostic[] = [];
    const child = $terraform`exec ${binary.path} -chdir=${stack.directory} ${args}`;
    return guarded(child, async (guard) => {
      for await (const line of child) {
        appendFileSync(logFile, `${line}\n`);
        const message = parseMessage(line);
        if (message === null) continue;
        onMessage(message);
        if (message.type === "diagnostic" && message.diagnostic.severity === "error") {
          errors.push(message.diagnostic);
        }
      }
      const { exitCode, stderr } = await child;
      appendFileSync(logFile, stderr);
      const isDone = exitCode === 0;
      if (isDone || guard.wasInterrupted) return { wasInterrupted: guard.wasInterrupted, isDone };
      throw terraformFailure(errors.length > 0 ? errors : [plainError(stderr)], place);
    });
  };

  const guarded = async <Result>(
    child: { readonly pid: number | undefined },
    work: (guard: { readonly wasInterrupted: boolean }) => Promise<Result>,
  ): Promise<Result> => {
    if (child.pid === undefined) {
      throw new AppError("terraform_failed", `Cannot start ${binary.path}`, "Check that it runs.");
    }
    const guard = guardInterrupts(child.pid, say);
    try {
      return await work(guard);
    } finally {
      guard.release();
    }
  };

  return {
    async init({ reconfigure }) {
      const mirror = run.environment.TF_PLUGIN_MIRROR;
      const plugins = mirror === undefined ? [] : [`-plugin-dir=${resolve(mirror)}`];
      const forget = reconfigure ? ["-reconfigure"] : [];
      await ask(["init", "-no-color", "-input=false", ...plugins, ...forget]);
    },
    async readState() {
      return parseState(await ask(["state", "pull"]));
    },
    async plan(kind) {
      // To destroy, what is in the state is enough: a refresh would look up the network that the
      // settings name, and fail where they are not repeated.
      say(
        kind === "destroy"
          ? "Planning: what is there to take away"
          : "Planning: what is declared against what is there",
      );
      const how = kind === "destroy" ? ["-destroy", "-refresh=false"] : [];
      const args = ["plan", "-json", "-input=false", "-lock-timeout=10s", `-out=${planFile}`];
      const { wasInterrupted } = await follow([...args, ...how]);
      if (wasInterrupted) throw interruptedError(null);
      return parsePlan(JSON.parse(await ask(["show", "-json", planFile])));
    },
    async apply(changes) {
      const progress = createProgress(changes.length);
      const args = ["apply", "-json", "-input=false", "-lock-timeout=10s", planFile];
      const { isDone } = await follow(args, (message) => {
        const line = progress.next(message);
        if (line !== null) say(line);
      });
      if (!isDone) throw interruptedError(progress.completed);
    },
    discard() {
      rmSync(join(stack.directory, planFile), { force: true });
    },
  };
}

function terraformEnvironment(environment: Environment): NodeJS.ProcessEnv {
  return {
    ...environment,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // The secret of a given app client: as a variable it is in no file that is synthesised.
    ...(environment.COGNITO_CLIENT_SECRET !== undefined && {
      TF_VAR_cognito_client_secret: environment.COGNITO_CLIENT_SECRET,
    }),
  };
}

// Without -json an error is a paragraph, framed and coloured, that begins with "Error:".
function plainError(stderr: string): Diagnostic {
  const text = stripVTControlCharacters(stderr).replace(/[│╷╵]/g, "").trim();
  const error = text.slice(Math.max(0, text.indexOf("Error:"))).replace(/^Error:\s*/, "");
  const [summary = "", ...detail] = error.split(/\n\s*\n/);
  return { severity: "error", summary: summary || "no reason given", detail: detail.join("\n\n") };
}
