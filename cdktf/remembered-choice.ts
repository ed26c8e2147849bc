import { DataResource, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";

export interface RememberedChoiceProps {
  /** What is chosen when there is nothing to remember. */
  readonly choice: string;
  /** The choice is made anew when one of these changes. */
  readonly dependsOnValues: Readonly<Record<string, string>>;
  readonly precondition?: Precondition;
}

/**
 * A choice that is made once and kept in the state. Looked up at each run it would change as soon as
 * AWS publishes an image, or somebody adds a subnet, and replace the running host.
 */
export class RememberedChoice extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string, props: RememberedChoiceProps) {
    super(scope, id);
    const data = new DataResource(this, "choice", {
      // The bindings know only objects here; Terraform takes any value.
      input: Token.asAny(props.choice),
      triggersReplace: { ...props.dependsOnValues },
      lifecycle: {
        ignoreChanges: ["input"],
        ...(props.precondition && { precondition: [props.precondition] }),
      },
    });
    this.value = Token.asString(data.output);
  }
}
