import { join } from "node:path";
import { spawnOn } from "../rig/cores.ts";
import { endProcess } from "../rig/measured-server.ts";
import type { LoadPlan, LoadResult } from "./load-plan.ts";

/** The process that makes load, on the core that is not measured. */
export interface LoadGenerator {
  /** @throws when an answer was not right: such a run is not measured */
  run(plan: LoadPlan): Promise<LoadResult>;
  stop(): Promise<void>;
}

export function startLoadGenerator(): LoadGenerator {
  const program = join(import.meta.dirname, "load-main.ts");
  const child = spawnOn("load", process.execPath, ["--import", "tsx", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return {
    async run(plan) {
      const result = await new Promise<LoadResult>((resolve, reject) => {
        const isOver = (code: number | null) => reject(new Error(`The load ended with ${code}`));
        child.once("exit", isOver);
        child.on("message", function take(message: unknown) {
          // The TypeScript loader sends messages of its own.
          if (
            typeof message !== "object" ||
            message === null ||
            !("requestsPerSecond" in message)
          ) {
            return;
          }
          child.off("message", take);
          child.off("exit", isOver);
          resolve(message as LoadResult);
        });
        child.send(plan);
      });
      if (result.wrong > 0) {
        throw new Error(
          `${result.wrong} of ${result.requests} answers of ${plan.base} were not right, as ${result.example}`,
        );
      }
      return result;
    },
    stop: () => endProcess(child),
  };
}
