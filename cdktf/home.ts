import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { Construct } from "constructs";

/** Where the stack lives, as ARNs name it; each a reference that Terraform fills in. */
export interface Home {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Looks up where Terraform's credentials lead. */
export class CallerHome extends Construct implements Home {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.partition = new DataAwsPartition(this, "partition").partition;
    // `id`, because version 6 of the provider renamed `name`.
    this.region = new DataAwsRegion(this, "region").id;
    this.accountId = new DataAwsCallerIdentity(this, "caller").accountId;
  }
}
