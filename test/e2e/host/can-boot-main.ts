import { bootHost } from "./booted-host.ts";
import { requireHostPrograms } from "./requirements.ts";

// Says whether a host can be booted on this machine: 0 when it can, 1 and why when it cannot. Not every
// container that one is root in may make namespaces and cgroups of its own.

try {
  requireHostPrograms();
  const host = await bootHost();
  console.log(
    `A host boots here: ${(await host.run(". /etc/os-release; echo $PRETTY_NAME")).trim()}`,
  );
  await host.remove();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
