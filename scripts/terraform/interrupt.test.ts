import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { guardInterrupts, interruptedError } from "./interrupt.ts";

// A child that ends at the second SIGINT, as Terraform breaks off at it, and tells how many it got.
const child = () =>
  spawn(
    process.execPath,
    [
      "-e",
      `let got = 0;
       process.on("SIGINT", () => { got += 1; setTimeout(() => { console.log(got); process.exit(0); }, 300); });
       console.log("ready"); setInterval(() => {}, 1000);`,
    ],
    { detached: true, stdio: ["ignore", "pipe", "inherit"] },
  );

test("however often this program is interrupted, the child is interrupted once", async () => {
  const process_ = child();
  const said: string[] = [];
  let output = "";
  process_.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output !== "ready\n") return;
    const guard = guardInterrupts(process_.pid ?? 0, (text) => said.push(text));
    expect(guard.wasInterrupted).toBe(false);
    for (const signal of ["SIGINT", "SIGINT", "SIGTERM"] as const) process.emit(signal, signal);
    expect(guard.wasInterrupted).toBe(true);
    guard.release();
  });
  await new Promise((resolve) => process_.once("close", resolve));
  expect(output).toBe("ready\n1\n");
  expect(said).toHaveLength(3);
  expect(said[0]).toMatch(/^Interrupted: /);
  expect(said[1]).toMatch(/^Still ending: /);
  expect(process.listenerCount("SIGTERM")).toBe(0);
});

test("an interrupted run tells what was done, and how to go on", () => {
  expect(interruptedError(null).message).toBe("Interrupted before anything was changed");
  expect(interruptedError(3).message).toContain("after 3 resources");
  expect(interruptedError(3).hint).toContain("again");
});
