/** The part of the SDK that is used. Lambda's runtime brings the package along, and it is not installed here. */
declare module '@aws-sdk/client-ec2' {
  export class StartInstancesCommand {
    constructor(input: { readonly InstanceIds: readonly string[] });
  }
  export class EC2Client {
    constructor(options: {
      readonly maxAttempts: number;
      readonly requestHandler: {
        readonly connectionTimeout: number;
        readonly requestTimeout: number;
        readonly throwOnRequestTimeout: boolean;
      };
    });
    send(command: StartInstancesCommand): Promise<unknown>;
    destroy(): void;
  }
}
