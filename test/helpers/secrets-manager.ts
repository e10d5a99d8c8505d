import { json } from 'node:stream/consumers';
import { type Backend, httpBackend } from './backends.ts';

/** What Secrets Manager answers: a secret, or an error by its name. `silence` answers nothing. */
export type SecretResponse = { SecretString: string } | { SecretBinary: string } | { error: string } | 'silence';

/** A server that speaks the JSON protocol of AWS Secrets Manager, as far as GetSecretValue goes. */
export interface SecretsManager extends Backend {
  /** ARNs that were asked for, and the regions that the requests were signed for. */
  readonly requests: readonly { readonly arn: string; readonly region: string }[];
  response: SecretResponse;
  /** Variables that lead the SDK here. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts the server on loopback. */
export async function secretsManager(result: SecretResponse): Promise<SecretsManager> {
  const requests: { arn: string; region: string }[] = [];
  const server = await httpBackend(async (request, response) => {
    const { SecretId } = (await json(request)) as { SecretId: string };
    const region =
      /Credential=[^/]+\/\d+\/([^/]+)\/secretsmanager/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    requests.push({ arn: SecretId, region });
    const current = manager.response;
    if (current === 'silence') return;
    const isError = 'error' in current;
    response.statusCode = isError ? 400 : 200;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(isError ? { __type: current.error, Message: 'no' } : { ARN: SecretId, ...current }));
  });
  const manager: SecretsManager = Object.assign(Object.create(server) as Backend, {
    requests,
    response: result,
    variables: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  return manager;
}
