/** Time in milliseconds to connect, and then to wait for an answer; the SDK has no limit of its own. */
const connectionTimeout = 2000;
const requestTimeout = 3000;

/** A secret that cannot be read or used. Nothing of what it holds is ever quoted. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  /** What to set or change. */
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(`SECRET_ARN ${message}`, { cause });
    this.remedy = remedy;
  }
}

const remedies: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "allow secretsmanager:GetSecretValue on this secret in the function's role, and kms:Decrypt on its key if it is yours",
  ResourceNotFoundException: 'set SECRET_ARN to a secret that exists, in the region that its ARN names',
};
const otherwise =
  'see that the function reaches Secrets Manager; in a VPC that takes a NAT gateway or an interface endpoint';

/** The SDK, which Lambda's runtime brings along and the standalone server does not; loaded here alone. */
async function sdk() {
  try {
    return await import('@aws-sdk/client-secrets-manager');
  } catch (error) {
    throw new SecretError(
      'cannot be read: there is no AWS SDK',
      'install @aws-sdk/client-secrets-manager beside it',
      error,
    );
  }
}

/** What the secret says, as text. */
async function fetchSecret(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await sdk();
  const [, , , region = ''] = arn.split(':');
  const client = new SecretsManagerClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    const { name, message } = error as Error;
    throw new SecretError(`cannot be read (${name}: ${message})`, remedies[name] ?? otherwise, error);
  } finally {
    client.destroy();
  }
  throw new SecretError('is a binary secret', 'store it as text: a JSON object');
}

const shape = 'make it a JSON object whose keys are names of settings and whose values are text';

function objectIn(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Not even the parser's message, which quotes the text.
    throw new SecretError('does not hold JSON', shape);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new SecretError('does not hold a JSON object', shape);
}

/**
 * Reads a secret of AWS Secrets Manager that holds a JSON object of texts.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 *
 * @param arn the secret's ARN, which also says in which region it is
 * @throws {SecretError} that says why it cannot be read, or what is wrong with it
 * @example await readSecret(arn) // { DEBUG_KEY: '…' }
 */
export async function readSecret(arn: string): Promise<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(objectIn(await fetchSecret(arn)))) {
    if (typeof value === 'object') throw new SecretError(`holds no text under ${JSON.stringify(name)}`, shape);
    found[name] = String(value);
  }
  return found;
}
