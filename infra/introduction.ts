/** The facts about a deployed stack. */
interface Deployed {
  /** Outputs of the stack by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly region: string;
  /** The debug key, if this deployment generated or received it. */
  readonly debugKey: string | undefined;
}

/** Returns the URLs of a stack, the one for clients first. CloudFront's own name responds before a domain of yours does. */
export function publicUrls({ CloudFrontUrl, CloudFrontDomainName, Url, HttpApiUrl }: Deployed['outputs']): string[] {
  const cloudFront = CloudFrontUrl && CloudFrontDomainName ? `https://${CloudFrontDomainName}/` : CloudFrontUrl;
  return [cloudFront, Url, HttpApiUrl].filter((url) => url !== undefined);
}

/**
 * Returns the text after a deployment: the public URL and three commands to try.
 *
 * @example introduction({ outputs: outputsOf(stack), region: 'eu-central-1', debugKey: undefined })
 */
export function introduction({ outputs, region, debugKey }: Deployed): string {
  const { CloudFrontUrl, Url, HttpApiUrl, LogGroupName = '', CloudFrontDomainName, AppName } = outputs;
  const url = CloudFrontUrl ?? Url ?? HttpApiUrl;
  if (url === undefined) return '\n  The stack is deployed, but CloudFormation names no URL of it.\n';
  const others = [
    ['Its own URL', CloudFrontUrl && Url && `${Url} (responds 403 except through CloudFront)`],
    ['HTTP API', HttpApiUrl === url ? undefined : HttpApiUrl],
    ['Page title', AppName && `${AppName} (AppName)`],
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
    `    curl '${url}?dump_request=${debugKey ?? 'YOUR_DEBUG_KEY'}'   the request as the backend would get it; nothing is sent`,
    `    aws logs tail ${LogGroupName} --follow --region ${region}`,
    ...key,
    '',
  ].join('\n');
}
