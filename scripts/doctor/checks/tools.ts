import { AppError } from "@cleanauth/common/app-error.ts";
import { findTerraform } from "../../terraform/binary.ts";
import { findSessionManagerPlugin } from "../../tunnel/session-manager-plugin.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

/** What is installed here: a version, or why there is none. */
export interface ToolsProbe {
  readonly node: string;
  readonly terraform: ToolProbe;
  readonly plugin: ToolProbe;
}

type ToolProbe = { readonly version: string } | { readonly missing: string };

/** Node is needed for everything; each of the others for one thing only, so its lack is no failure. */
export function judgeTools({ node, terraform, plugin }: ToolsProbe): Verdict {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return failed(`Node.js ${node} is too old`, "Install Node.js 20.19 or later: nodejs.org.");
  }
  const lacks = [
    ...lack(terraform, "make deploy needs Terraform"),
    ...lack(plugin, "make tunnel needs session-manager-plugin"),
  ];
  const has = [
    `Node.js ${node}`,
    ...("version" in terraform ? [terraform.version] : []),
    ...("version" in plugin ? [`session-manager-plugin ${plugin.version}`] : []),
  ];
  return ok([has.join(", "), ...lacks].join("; "));
}

function lack(probe: ToolProbe, need: string): readonly string[] {
  return "missing" in probe ? [`${need}, and ${probe.missing}`] : [];
}

export const toolsCheck: Check = {
  id: "tools",
  title: "local tools",
  needs: [],
  async run({ environment }) {
    return judgeTools({
      node: process.versions.node,
      terraform: await probe(async () => {
        const { name, version } = await findTerraform(environment);
        return `${name} ${version}`;
      }),
      plugin: await probe(async () => (await findSessionManagerPlugin(environment)).version),
    });
  },
};

async function probe(find: () => Promise<string>): Promise<ToolProbe> {
  try {
    return { version: await find() };
  } catch (error) {
    if (error instanceof AppError) return { missing: error.message };
    throw error;
  }
}
