/** What the script knows of the template. */
export interface TemplateFacts {
  /** Names of NoEcho parameters. */
  readonly secrets: readonly string[];
  /** Types of the resources of a stack with a Function URL. */
  readonly types: Readonly<Record<string, string>>;
}

/** An event of the stack. */
export interface Event {
  readonly EventId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** What the scripted AWS remembers from call to call. */
export interface State {
  stack?: {
    readonly id: string;
    status: string;
    parameters: Record<string, string>;
    resources: string[];
    readonly events: Event[];
  };
  changeSet?: { readonly isNew: boolean; readonly isEmpty: boolean; readonly after: Record<string, string> };
  bucket?: { readonly name: string; readonly owner: string; keys: string[] };
  /** Name of a Web Function that the account has. */
  webFunction?: string;
  outputs: Record<string, string>;
  /** Messages of the calls that AWS refuses, by service and operation. */
  faults: Record<string, string>;
  /** Reason for which CloudFormation fails the next change or removal. */
  failure?: string;
  /** True when a change is under way for one more look. */
  isSlow?: boolean;
  /** The call that takes a minute. */
  holds?: string;
}

/** A call as the program received it. */
export interface Call {
  readonly name: string;
  readonly words: readonly string[];
  /** Path of the file with the input. */
  readonly input: string | undefined;
  readonly given: { readonly Parameters: readonly { ParameterKey: string; ParameterValue?: string }[] } | undefined;
}
