import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { clientOptions } from "../aws/clients.ts";
import { type Emulator, startEmulator } from "../aws/emulator.ts";
import { requirePrograms } from "../aws/requirements.ts";
import { sketchStack } from "../aws/sketched-stack.ts";
import { createWorkplace, type Workplace } from "../workplace.ts";

/** An operator with a stack in an emulator of AWS: what the companions of bootstrap work on. */
export interface Workbench {
  readonly emulator: Emulator;
  readonly operator: Workplace;
  readonly outputs: StackOutputs;
  readonly client: ReturnType<typeof clientOptions>;
  /** Changes what the outputs say. */
  writeOutputs(over?: Partial<StackOutputs>): void;
  remove(): Promise<void>;
}

/** @param name of the file with the results */
export async function startWorkbench(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Workbench> {
  requirePrograms("moto_server");
  const emulator = await startEmulator();
  const client = clientOptions(emulator);
  const outputs = await sketchStack(emulator);
  const operator = createWorkplace(name, { ...emulator.environment, ...environment });
  mkdirSync(join(operator.directory, ".cleanauth"));
  const writeOutputs: Workbench["writeOutputs"] = (over = {}) =>
    writeFileSync(
      join(operator.directory, ".cleanauth/outputs.json"),
      JSON.stringify({ ...outputs, ...over }),
    );
  writeOutputs();
  return {
    emulator,
    operator,
    outputs,
    client,
    writeOutputs,
    async remove() {
      operator.remove();
      await emulator.stop();
    },
  };
}
