/** What is told of a stack once it is up. */
interface Deployed {
  /** Outputs of the stack by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly region: string;
  /** The debug key, where this deployment knows it. */
  readonly debugKey: string | undefined;
}

/**
 * The public address, and the next three things to try.
 *
 * @example introduction({ outputs: outputsOf(stack), region: 'eu-central-1', debugKey: undefined })
 */
export function introduction({ outputs, region, debugKey }: Deployed): string {
  const { CloudFrontUrl, Url, HttpApiUrl, LogGroupName = '', CloudFrontDomainName } = outputs;
  const url = CloudFrontUrl ?? Url ?? HttpApiUrl;
  if (url === undefined) return '\n  The stack is up, but CloudFormation names no address of it.\n';
  const others = [
    ['Function URL', CloudFrontUrl && Url && `${Url} (403 but through CloudFront)`],
    ['HTTP API', HttpApiUrl === url ? undefined : HttpApiUrl],
    ['DNS record', CloudFrontUrl?.includes(String(CloudFrontDomainName)) ? undefined : CloudFrontDomainName],
  ].flatMap(([name, value]) => (value ? [`  ${String(name).padEnd(13)} ${value}`] : []));
  const key =
    debugKey === undefined
      ? []
      : ['', `  The key for ?dump_request= and ?trace_connection= is ${debugKey}. It is not shown again.`];
  return [
    '',
    `  Public URL    ${url}`,
    ...others,
    '',
    '  Try next',
    `    curl -i '${url}'`,
    `    curl '${url}?dump_request=${debugKey ?? 'YOUR_DEBUG_KEY'}'   how requests reach the backend, without asking it`,
    `    aws logs tail ${LogGroupName} --follow --region ${region}`,
    ...key,
    '',
  ].join('\n');
}
