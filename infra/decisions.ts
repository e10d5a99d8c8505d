import { randomBytes } from 'node:crypto';
import { examine } from './doctor/examine.ts';
import { exitCodes, reportText } from './doctor/report.ts';
import { configFrom } from './doctor/settings.ts';
import type { Parameters } from './parameters.ts';
import { parameterOf, type Stack } from './stack.ts';
import { UserError } from './user-error.ts';

/** Something that the deployment decides for the person, and says. */
type Say = (line: string) => void;

/** Long enough that nobody guesses it, of characters that a query and a header field carry as they are. */
const newSecret = () => randomBytes(24).toString('base64url');

/**
 * Secrets for a stack that lacks them: a DEBUG_KEY for a new one, an ORIGIN_SECRET when CloudFront comes to it. A
 * parameter that was given, were it empty, is left alone; with SecretArn secrets are the person's own business.
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
  return made;
}

/**
 * Lambda ends a request at the function's time-out without a word; the proxy's own limit must come before it, or else
 * nobody ever sees its page.
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

/** The function may be able to reach what this machine cannot. */
const inVpc = (parameters: Parameters, stack: Stack | undefined) =>
  (parameters['SubnetIds'] ?? parameterOf(stack, 'SubnetIds') ?? '') !== '';

/**
 * Looks at the backend as the function would, and decides how it is to prove itself: a certificate that no authority
 * vouches for is pinned.
 *
 * @param parameters as given; without RemoteUrl nothing is looked at, since CloudFormation keeps the one before hidden
 * @param stack the stack as it is, or undefined when it is new
 * @param say tells the person
 * @throws {UserError} when clients would get an error page, with the doctor's exit code
 */
export async function checkBackend(parameters: Parameters, stack: Stack | undefined, say: Say): Promise<Parameters> {
  if (!parameters['RemoteUrl']) {
    say('The backend is not looked at: RemoteUrl is not among the parameters, and stays as it was.');
    return {};
  }
  const decides = parameters['RemoteTls'] === undefined && !parameters['RemoteCa'];
  const report = await examine(configFrom(parameters));
  const advised = Object.assign({}, ...report.findings.map(({ set }) => set)) as Record<string, string>;
  const pin = decides ? advised['RemoteTls'] : undefined;
  // With the pin the function accepts what it would refuse without, when the certificate is all that is wrong.
  const final = pin === undefined ? report : await examine(configFrom({ ...parameters, RemoteTls: pin }));
  say(reportText({ ...final, findings: final.findings.map(({ set: _, ...finding }) => finding) }));
  if (final.exitCode !== exitCodes.healthy) {
    if (!inVpc(parameters, stack)) {
      throw new UserError(
        'Nothing was deployed. Mend the backend, or deploy all the same with --no-doctor.',
        final.exitCode,
      );
    }
    say('That is how it looks from here. In its VPC the function may see more, so the deployment goes on.\n');
  }
  if (pin !== undefined) {
    say(`The certificate above is pinned: the function will accept it and no other. On the backend itself, compare its sha256:
  openssl x509 -in certificate.pem -noout -fingerprint -sha256\n`);
    return { RemoteTls: pin };
  }
  // What was pinned for another backend does not fit this one.
  const wasPinned = parameterOf(stack, 'RemoteTls')?.startsWith('sha256:') === true;
  return decides && wasPinned && final.tls !== undefined ? { RemoteTls: 'auto' } : {};
}
