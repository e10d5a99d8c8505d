import { WakeError } from './wake-error.ts';

const remedies: Readonly<Record<string, string>> = {
  UnauthorizedOperation: "allow ec2:StartInstances on this instance in the function's role, as the template does",
  'InvalidInstanceID.NotFound': "set WAKE to an instance in the function's own region and account",
  'InvalidInstanceID.Malformed': 'set WAKE to ec2: and the id of an instance',
  IncorrectInstanceState: 'nothing to do while the instance is stopping; the next visitor tries again',
  InsufficientInstanceCapacity: 'try again later, or use an instance type or zone with capacity',
};
const otherwise = 'see that the function reaches EC2; in a VPC that takes a NAT gateway or an interface endpoint';

/** The SDK, which Lambda's runtime brings along and the standalone server does not; loaded here alone. */
async function sdk() {
  try {
    return await import('@aws-sdk/client-ec2');
  } catch (error) {
    throw new WakeError('there is no AWS SDK for EC2', 'install @aws-sdk/client-ec2 beside the proxy', error);
  }
}

/**
 * Starts an instance. One that runs already stays as it is.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html
 *
 * @param instanceId in the function's own region
 * @param timeoutMs for the whole call
 * @throws {WakeError} that says why it was not started
 */
export async function startInstance(instanceId: string, timeoutMs: number): Promise<void> {
  const { EC2Client, StartInstancesCommand } = await sdk();
  const client = new EC2Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  try {
    await client.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  } catch (error) {
    const { name } = error as Error;
    throw new WakeError(`EC2 did not start ${instanceId} (${name})`, remedies[name] ?? otherwise, error);
  } finally {
    client.destroy();
  }
}
