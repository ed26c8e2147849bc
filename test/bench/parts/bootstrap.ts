import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../rig/places.ts";
import { atMost, type Figure, figuresSection } from "./figures.ts";
import type { Part } from "./part.ts";

/** What `make e2e` writes about a run that has nothing to change. */
const ownRun = /(\d+) commands?, ([\d.]+) s, ([\d.]+) s of CPU/;

const tasks = 10;

export const bootstrap: Part = {
  name: "bootstrap",
  about: "the bootstrap's run with nothing to change, beside ansible-playbook",
  async measure(bench) {
    bench.say("the bootstrap beside ansible-playbook");
    const figures: Figure[] = [];
    const notes: string[] = [];
    const own = lastOwnRun();
    if (own === null) {
      notes.push(
        "The bootstrap needs a booted host: make e2e runs it and leaves its figure for this table.",
      );
    } else {
      figures.push({
        what: "make bootstrap, nothing to change: CPU time",
        values: [own],
        unit: "s",
      });
      notes.push("The bootstrap's figure is from the last make e2e on this machine.");
    }
    const ansible = ansibleRun();
    if (ansible === null) {
      notes.push(
        "ansible-playbook is not installed here. Ten local tasks took ansible-core 3.2 s elsewhere.",
      );
    } else {
      const what = `ansible-playbook, ${tasks} local tasks, nothing to change: CPU time`;
      figures.push({ what, values: [ansible], unit: "s" });
    }
    const section = figuresSection("bootstrap", "A run with nothing to change", figures, notes);
    const goal = atMost(
      "make bootstrap with nothing to change, CPU time",
      own ?? Number.NaN,
      ansible ?? 3.2,
      "s",
    );
    return { sections: [section], goals: own === null ? [] : [goal] };
  },
};

function lastOwnRun(): number | null {
  const folder = join(root, "test/e2e/results");
  if (!existsSync(folder)) return null;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(txt|log)$/.test(name)) continue;
    const found = ownRun.exec(readFileSync(join(folder, name), "utf8"));
    if (found?.[3] !== undefined) return Number(found[3]);
  }
  return null;
}

/** The CPU seconds of a play on this machine that has nothing to change; null without Ansible. */
function ansibleRun(): number | null {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-ansible-"));
  try {
    const play = `- hosts: localhost
  connection: local
  gather_facts: true
  tasks:
${Array.from({ length: tasks }, (_, n) => `    - { name: "task ${n}", ansible.builtin.file: { path: "${folder}", state: directory } }`).join("\n")}
`;
    writeFileSync(join(folder, "play.yml"), play);
    const run =
      "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)";
    const args = ["-c", run, "ansible-playbook", "-i", "localhost,", join(folder, "play.yml")];
    return Number(
      execFileSync("python3", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
