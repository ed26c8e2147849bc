import type { AppError } from "@cleanauth/common/app-error.ts";

/** What a server offers beside its tools. */
export interface Offers {
  readonly prompts: Listing<Prompt>;
  readonly resources: Listing<Resource>;
  /** Whether it completes the arguments of prompts and the variables of resources. */
  readonly completes: boolean;
}

/** A list, as far as it is there. */
export type Listing<Item, Failure = AppError> =
  | { readonly state: "listing" }
  | {
      readonly state: "listed";
      readonly items: readonly Item[];
      /** Whether the server has more than can be listed. */
      readonly isCut: boolean;
    }
  | { readonly state: "failed"; readonly error: Failure };

/** A prompt as the server lists it; all texts may be shown. */
export interface Prompt {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
}

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** A resource, or a template of resources' addresses, as the server lists it; all texts may be shown. */
export interface Resource {
  /** The address; of a template (RFC 6570) with what is to be filled in. */
  readonly uri: string;
  readonly description: string;
  /** Empty where it is not known. */
  readonly mimeType: string;
  /** Null where it is not known. */
  readonly bytes: number | null;
  /** What is to be filled in; none for a resource. */
  readonly variables: readonly PromptArgument[];
}
