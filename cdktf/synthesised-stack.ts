import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "@cleanauth/common/environment.ts";
import { App } from "cdktf";
import { AuthHostStack } from "./auth-host-stack.ts";
import { readStackProps } from "./config.ts";

type Block = Readonly<Record<string, unknown>>;

/** Terraform's JSON of a stack, for tests that state its properties. */
export interface SynthesisedStack {
  readonly text: string;
  readonly resources: readonly SynthesisedBlock[];
  readonly data: readonly SynthesisedBlock[];
  readonly outputs: Readonly<
    Record<string, { readonly value: string; readonly sensitive?: boolean }>
  >;
  readonly terraform: Block;
  readonly provider: Block;
  readonly variables: Readonly<Record<string, Block>>;
  /** The one resource of a type; throws when there is none, or more. */
  one(type: string): Block;
}

export interface SynthesisedBlock {
  readonly type: string;
  readonly name: string;
  readonly body: Block;
}

/**
 * Synthesises the stack that an environment describes, in a temporary directory.
 *
 * @param environment settings by name, as `process.env` would have them
 */
export function synthesise(environment: Environment): SynthesisedStack {
  const outdir = mkdtempSync(join(tmpdir(), "cleanauth-synth-"));
  try {
    const props = readStackProps(environment);
    const app = new App({ outdir, stackTraces: false, skipValidation: true });
    new AuthHostStack(app, { ...props, projectDirectory: "../../.." });
    app.synth();
    return parse(readFileSync(join(outdir, "stacks", props.name, "cdk.tf.json"), "utf8"));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function parse(text: string): SynthesisedStack {
  const json = JSON.parse(text);
  const resources = blocks(json.resource);
  return {
    text,
    resources,
    data: blocks(json.data),
    outputs: json.output,
    terraform: json.terraform,
    provider: json.provider.aws[0],
    variables: json.variable,
    one(type) {
      const [block, ...others] = resources.filter((resource) => resource.type === type);
      if (block === undefined || others.length > 0) {
        throw new Error(
          `expected one ${type}, found ${block === undefined ? 0 : others.length + 1}`,
        );
      }
      return block.body;
    },
  };
}

function blocks(byType: Record<string, Record<string, Block>>): SynthesisedBlock[] {
  return Object.entries(byType).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, body]) => ({ type, name, body })),
  );
}
