import { afterAll, beforeAll } from "vitest";
import { deployStack } from "./deployed-stack.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import { bareHost } from "./life/bare-host.ts";
import { createHostLife } from "./life/host-life.ts";
import { releases } from "./life/releases.ts";
import { reloads } from "./life/reloads.ts";
import { secrecy } from "./life/secrecy.ts";
import { settings } from "./life/settings.ts";
import { tls } from "./life/tls.ts";
import { createOperator, type Operator } from "./operator.ts";
import { requireHostPrograms } from "./requirements.ts";

// From make deploy over a bare host to a running service and through its life: each part builds on
// those before it.

let started: Deployment<Operator> | undefined;
const life = createHostLife(() => {
  if (started === undefined) throw new Error("The deployment did not start");
  return started;
});

beforeAll(async () => {
  requireHostPrograms();
  started = await startDeployment("host", deployStack, createOperator);
});
afterAll(() => started?.remove());

bareHost(life);
settings(life);
reloads(life);
releases(life);
tls(life);
secrecy(life);
