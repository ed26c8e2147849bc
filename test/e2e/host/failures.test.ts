import { afterAll, beforeAll, expect, it } from "vitest";
import { createWorkplace } from "../workplace.ts";
import { sketchStackWithSecret } from "./deployed-stack.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import { failures } from "./life/failures.ts";
import { createHostLife } from "./life/host-life.ts";
import { requireHostPrograms } from "./requirements.ts";

// What keeps make bootstrap from its end, on a host of its own: each part builds on those before it.

let started: Deployment | undefined;
const life = createHostLife(() => {
  if (started === undefined) throw new Error("The deployment did not start");
  return started;
});

beforeAll(async () => {
  requireHostPrograms();
  started = await startDeployment("failures", sketchStackWithSecret, createWorkplace);
});
afterAll(() => started?.remove());

it("before anything goes wrong, a bare host becomes a service, with bash for its sh as on Amazon Linux", async () => {
  await life.onHost("ln -sf bash /usr/bin/sh && [ -n \"$(sh -c 'echo $BASH_VERSION')\" ]");
  const { exitCode, stdout, stderr } = await life.bootstrap();
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
});
failures(life);
