import type { Check } from "./check.ts";
import { agentCheck } from "./checks/agent.ts";
import { clockCheck } from "./checks/clock.ts";
import { credentialsCheck } from "./checks/credentials.ts";
import { healthCheck } from "./checks/health.ts";
import { instanceCheck } from "./checks/instance.ts";
import { keysCheck } from "./checks/keys.ts";
import { modelCheck } from "./checks/model.ts";
import { nodeCheck } from "./checks/node.ts";
import { outputsCheck } from "./checks/outputs.ts";
import { poolCheck } from "./checks/pool.ts";
import { processesCheck } from "./checks/processes.ts";
import { reachCheck } from "./checks/reach.ts";
import { releaseCheck } from "./checks/release.ts";
import { secretCheck } from "./checks/secret.ts";
import { settingsCheck } from "./checks/settings.ts";
import { tokenCheck } from "./checks/token.ts";
import { toolsCheck } from "./checks/tools.ts";
import { userCheck } from "./checks/user.ts";

/** Every link, from this machine's tools to a model's answer. */
export const checks: readonly Check[] = [
  toolsCheck,
  credentialsCheck,
  outputsCheck,
  instanceCheck,
  agentCheck,
  clockCheck,
  nodeCheck,
  releaseCheck,
  settingsCheck,
  secretCheck,
  processesCheck,
  healthCheck,
  reachCheck,
  poolCheck,
  userCheck,
  keysCheck,
  tokenCheck,
  modelCheck,
];
