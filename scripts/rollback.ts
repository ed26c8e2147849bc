import { readStackOutputs } from "./aws/stack-outputs.ts";
import { parseRunArguments } from "./engine/arguments.ts";
import { runProgram } from "./program.ts";
import { rollbackRole } from "./roles/rollback-role.ts";
import { runOnHosts } from "./run-on-hosts.ts";

// make rollback: puts the release before the current one into service again.
await runProgram(async (environment) => {
  await runOnHosts(
    { name: "MCP hosts", roles: [rollbackRole()] },
    {
      wanted: parseRunArguments(process.argv.slice(2)),
      outputs: readStackOutputs(),
      environment,
      goOnWith: () => "make bootstrap",
    },
  );
});
