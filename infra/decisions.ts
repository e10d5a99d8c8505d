import { randomBytes } from 'node:crypto';
import { unreachable } from './checks/combinations.ts';
import type { InForce } from './checks/settings.ts';
import { examine } from './doctor/examine.ts';
import { exitCodes, reportText } from './doctor/report.ts';
import { configFrom } from './doctor/settings.ts';
import type { Parameters } from './parameters.ts';
import { parameterOf, type Stack } from './stack.ts';
import { UserError } from './user-error.ts';

/** Prints a line for the user. */
type Say = (line: string) => void;

/** Generates a secret of 192 bits from characters that need no encoding in a query or a header field. */
const newSecret = () => randomBytes(24).toString('base64url');

/**
 * Generates the secrets that a stack lacks: a DEBUG_KEY for a new stack, an ORIGIN_SECRET when CloudFront is added, a
 * BASIC_LOGIN_SECRET when the log-in page is. A given parameter is kept, even an empty one. With SecretArn the user manages the secrets.
 */
export function missingSecrets(parameters: Parameters, stack: Stack | undefined): Parameters {
  if ((parameters['SecretArn'] ?? parameterOf(stack, 'SecretArn') ?? '') !== '') return {};
  const made: Record<string, string> = {};
  const debugs = parameters['DebugQueries'] !== 'false';
  if (stack === undefined && debugs && parameters['DebugKey'] === undefined) made['DebugKey'] = newSecret();
  const hadCloudFront = parameterOf(stack, 'CloudFront') === 'true';
  if (parameters['CloudFront'] === 'true' && !hadCloudFront && parameters['OriginSecret'] === undefined) {
    made['OriginSecret'] = newSecret();
  }
  const hadLogIn = parameterOf(stack, 'BasicLogin') === 'true';
  if (parameters['BasicLogin'] === 'true' && !hadLogIn && parameters['BasicLoginSecret'] === undefined) {
    made['BasicLoginSecret'] = newSecret();
  }
  return made;
}

/**
 * Checks that RequestTimeout is shorter than the function's timeout: Lambda ends an invocation at its timeout without
 * a response, and the client would never see the proxy's 504 page.
 *
 * @throws {UserError} exit code 2
 */
export function checkTimes(parameters: Parameters, stack: Stack | undefined, defaults: Parameters): void {
  const inForce = (name: string) => Number(parameters[name] ?? parameterOf(stack, name) ?? defaults[name]);
  const [Timeout, RequestTimeout] = [inForce('Timeout'), inForce('RequestTimeout')];
  if (RequestTimeout < Timeout) return;
  const words = `RequestTimeout (${RequestTimeout} seconds) must be less than Timeout (${Timeout})`;
  throw new UserError(
    `${words}; name both, e.g. RequestTimeout=${RequestTimeout} Timeout=${Math.ceil(RequestTimeout) + 5}`,
    2,
  );
}

/**
 * Checks the backend with the function's own code and chooses how to verify it: a certificate that no authority
 * signed is pinned.
 *
 * @param given parameters of this deployment; without RemoteUrl nothing is checked, because CloudFormation hides the
 *   current value
 * @param all the parameters that the stack will have
 * @param isForced whether a backend is deployed that the function does not reach as far as this machine knows
 * @param say prints a line
 * @throws {UserError} when clients would get an error page, with the doctor's exit code
 */
export async function checkBackend(
  given: Parameters,
  { values, hidden }: InForce,
  isForced: boolean,
  say: Say,
): Promise<Parameters> {
  if (!given['RemoteUrl']) {
    say('The backend is not checked: RemoteUrl is not among the parameters and keeps its value.');
    return {};
  }
  const decides = given['RemoteTls'] === undefined && !given['RemoteCa'];
  const isInVpc = Boolean(values['SubnetIds']);
  // The pin of another backend does not match this one.
  const wasPinned = values['RemoteTls']?.includes('sha256:') === true;
  const known = Object.entries(values).filter(([name]) => !hidden.has(name));
  const parameters = { ...Object.fromEntries(known), ...(decides && wasPinned && { RemoteTls: 'auto' }) };
  const report = await examine(configFrom(parameters));
  const advised = Object.assign({}, ...report.findings.map(({ set }) => set)) as Record<string, string>;
  const pin = decides ? advised['RemoteTls'] : undefined;
  // With the pin the function accepts the backend, if the certificate is the only problem.
  const final = pin === undefined ? report : await examine(configFrom({ ...parameters, RemoteTls: pin }));
  say(reportText({ ...final, findings: final.findings.map(({ set: _, ...finding }) => finding) }));
  const { hostname } = configFrom(parameters).connectTo;
  const reason = isForced ? undefined : unreachable(hostname, final.addresses ?? [], isInVpc);
  if (reason !== undefined) throw new UserError(`Nothing was deployed; --force deploys anyway.\n  ${reason}`, 2);
  if (final.exitCode !== exitCodes.healthy) {
    if (!isInVpc) {
      throw new UserError('Nothing was deployed. Fix the backend, or deploy anyway with --no-doctor.', final.exitCode);
    }
    say(
      'These are the results from this machine. The function in its VPC may reach more, so the deployment continues.\n',
    );
  }
  if (pin !== undefined) {
    say(`The certificate above is pinned: the function will accept it and no other. Compare its sha256 on the backend:
  openssl x509 -in certificate.pem -noout -fingerprint -sha256\n`);
    return { RemoteTls: pin };
  }
  return decides && wasPinned && final.tls !== undefined ? { RemoteTls: 'auto' } : {};
}
