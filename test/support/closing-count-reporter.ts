import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the plain line `N passed, N failed, N skipped`, which CI systems read. */
export class ClosingCountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      let testsFailed = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === "pending" ? "skipped" : state] += 1;
        if (state === "failed") testsFailed += 1;
      }
      // A file that does not load, or a hook that fails, is a failure without a test.
      if (!module.ok() && testsFailed === 0) counts.failed += 1;
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
