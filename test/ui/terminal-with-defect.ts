import { formatError } from "@cleanauth/common/app-error.ts";
import { runTerminal } from "../../client/terminal/run-terminal.ts";
import { createInMemoryServices } from "../../client/testing/in-memory-services.ts";

// The terminal interface, in which something goes wrong that nobody has thought of.
setTimeout(() => {
  throw new Error("a defect on purpose");
}, 500);

try {
  process.exitCode = await runTerminal({ services: createInMemoryServices() });
} catch (error) {
  console.error(formatError(error));
  process.exitCode = 1;
}
process.exit();
