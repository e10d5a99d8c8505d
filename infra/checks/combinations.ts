import { reaches } from '../../src/config/remote-url.ts';
import { privateNetworks } from '../doctor/reach.ts';
import { configFrom } from '../doctor/settings.ts';
import type { Parameters } from '../parameters.ts';
import type { InForce } from './settings.ts';

/** Regions in which AWS has no Function URLs: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
const withoutFunctionUrls: ReadonlySet<string> = new Set([
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
]);

/** Seconds that CloudFront waits for the function. */
const cloudFrontSeconds = 60;

/** Characters of a stack's name beside the longest name that the template makes of it, of a CloudFront function. */
const cloudFrontNameLength = 64 - '-viewer-request'.length;

/** Names that only the DNS of a private network knows. */
const isPrivateName = (hostname: string) =>
  !/^[\d.]+$|:/.test(hostname) && (!hostname.includes('.') || /\.(?:local|internal)\.?$/i.test(hostname));

/**
 * Returns why the function cannot reach an address, or undefined when it may.
 *
 * @param hostname a name or an address
 * @param addresses what the name means, as far as it was looked up
 */
export function unreachable(hostname: string, addresses: readonly string[], isInVpc: boolean): string | undefined {
  const all = [hostname, ...addresses];
  const loopback = all.find((address) => reaches({ hostname: address, port: 80 }, 'localhost'));
  if (loopback !== undefined) {
    return `The backend is at ${loopback}, which on Lambda is the function itself. Name an address that the function reaches from AWS`;
  }
  if (isInVpc) return undefined;
  const found = addresses.length > 0 ? addresses : [hostname];
  const isPrivate = found.every((address) => privateNetworks.includes(address)) || isPrivateName(hostname);
  if (!isPrivate) return undefined;
  return `The backend is at ${[...new Set(all)].join(', ')}, which belongs to a private network. The function reaches it only in a VPC: add SubnetIds and SecurityGroupIds`;
}

/**
 * Returns combinations of parameters that every parser accepts and that cannot work, a sentence for each. They are what
 * is known here of AWS and of networks, so `--force` deploys them.
 *
 * @param given parameters of this deployment; the backend is known only if it is among them
 */
export function doubtfulCombinations(
  { values }: InForce,
  given: Parameters,
  place: { readonly stackName: string; readonly region: string },
): string[] {
  const { CloudFront, FunctionUrl, RequestTimeout, SubnetIds = '' } = values;
  const { stackName, region } = place;
  const problems: string[] = [];
  if (FunctionUrl === 'true' && withoutFunctionUrls.has(region)) {
    problems.push(
      `AWS has no Function URLs in ${region}. Deploy in another region, or with FunctionUrl=false HttpApi=true`,
    );
  }
  if (CloudFront === 'true' && Number(RequestTimeout) > cloudFrontSeconds) {
    problems.push(
      `RequestTimeout is ${RequestTimeout} seconds, but CloudFront waits ${cloudFrontSeconds} and then responds 504 itself. Set RequestTimeout=${cloudFrontSeconds} or less`,
    );
  }
  if (CloudFront === 'true' && stackName.length > cloudFrontNameLength) {
    problems.push(
      `--stack-name has ${stackName.length} characters, and with CloudFront it may have ${cloudFrontNameLength}: the name of its function is made from it`,
    );
  }
  if (given['RemoteUrl']) {
    const backend = { RemoteUrl: given['RemoteUrl'], RemoteAddress: values['RemoteAddress'] ?? '' };
    const reason = unreachable(configFrom(backend).connectTo.hostname, [], SubnetIds !== '');
    if (reason !== undefined) problems.push(reason);
  }
  return problems;
}
