import { execFileSync, spawn } from "node:child_process";
import { medianOf } from "../report/results.ts";
import { root } from "../rig/places.ts";
import { atMost, figuresSection } from "./figures.ts";
import type { Part } from "./part.ts";

export const signInForm: Part = {
  name: "sign-in-form",
  about: "from make chat to the sign-in form",
  async measure(bench) {
    bench.say("from make chat to the sign-in form");
    const title = "The terminal client's start";
    if (!hasScript()) {
      const why = ["Not measured: it needs script (util-linux), for a terminal of its own."];
      return { sections: [figuresSection("sign-in-form", title, [], why)], goals: [] };
    }
    const environment = {
      COGNITO_POOL_ID: bench.pool.poolId,
      COGNITO_CLIENT_ID: bench.pool.clientId,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: bench.pool.url,
      MCP_SERVER_URL: "http://localhost:1/mcp",
    };
    const times: number[] = [];
    for (let round = 0; round < (bench.isQuick ? 2 : 6); round += 1) {
      const milliseconds = await millisecondsToForm(environment);
      // The first one finds nothing of it in the system's own memory of files.
      if (round > 0) times.push(milliseconds);
    }
    const figures = [{ what: "make chat to the sign-in form", values: times, unit: "ms" }];
    const notes = [
      "The command behind make chat, in a terminal of 80×24, until the form is drawn.",
    ];
    return {
      sections: [figuresSection("sign-in-form", title, figures, notes)],
      goals: [atMost("make chat to the sign-in form", medianOf(times), 1_000, "ms")],
    };
  },
};

function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

function millisecondsToForm(environment: Record<string, string>): Promise<number> {
  const command = "stty rows 24 columns 80; exec node --import tsx client/main.ts";
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn("script", ["-qefc", command, "/dev/null"], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        ...environment,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let written = "";
    child.stdout.on("data", (chunk) => {
      written += chunk;
      if (!written.includes("Sign in")) return;
      resolve(performance.now() - startedAt);
      // Ctrl-D, as a person leaves.
      child.stdin.end("\x04");
      child.stdout.removeAllListeners("data").resume();
    });
    child.on("exit", () => reject(new Error(`The client ended before its form:\n${written}`)));
    setTimeout(() => child.kill(), 20_000).unref();
  });
}
