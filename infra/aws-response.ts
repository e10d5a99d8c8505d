/** What AWS means by a response that neither the proxy nor a backend sent. */
interface Meaning {
  readonly text: string;
  readonly remedy: string;
}

/** A response that AWS made in place of the proxy. */
export interface AwsResponse extends Meaning {
  /** AWS lets nobody in, or not this client. */
  readonly isRefusal: boolean;
}

/** What AWS means by a status in place of a Web Function. */
const ofWebFunction: Readonly<Record<number, Meaning>> = {
  403: {
    text: 'AWS refuses the request before the Web Function gets it',
    remedy:
      'deploy again: the endpoint needs AuthType ApplicationManaged; a policy of your organization may forbid public endpoints',
  },
  404: {
    text: 'AWS knows no endpoint of this name',
    remedy: 'deploy again; behind a CDN, send the name of the endpoint as Host',
  },
  429: {
    text: 'the Web Function is throttled',
    remedy: 'raise RateLimit (0 switches the site off) or MaxEnvironments, or the vCPU quota of the account',
  },
  504: {
    text: 'the Web Function did not respond in time',
    remedy: 'let RequestTimeout come before Timeout; with SubnetIds, check the route from the subnets to the backend',
  },
  507: {
    text: 'an environment has no file descriptors left',
    remedy: 'lower RequestsPerEnvironment or RequestTimeout',
  },
};

const webFunctionFailed: Meaning = {
  text: 'the server of the Web Function did not start, or ended without a response',
  remedy: 'read its log: the line platform.initReport has the errorType, and the lines before it the reason',
};

/** The header field by which AWS marks its own errors in front of a Web Function. */
const errorType = 'lambda-web-error-type';

function meaningOf({ status, headers }: Pick<Response, 'status' | 'headers'>, body: string): Meaning | undefined {
  const webError = headers.get(errorType);
  if (webError !== null) {
    const found = ofWebFunction[status] ?? (status >= 500 ? webFunctionFailed : undefined);
    return found && { ...found, text: `${status} from AWS (${webError}): ${found.text}` };
  }
  const hasMessage = /^\s*\{\s*"[Mm]essage"/.test(body);
  const isAws =
    hasMessage ||
    body.trim() === 'Internal Server Error' ||
    ['x-amzn-errortype', 'x-amzn-requestid', 'apigw-requestid'].some((name) => headers.has(name));
  const isCloudFront = /cloudfront/i.test(headers.get('x-cache') ?? headers.get('server') ?? '');
  if (status === 403 && isAws) {
    return {
      text: '403 from AWS, and the function was not called: the permissions of the Function URL are wrong',
      remedy:
        'deploy again: it needs both permissions, lambda:InvokeFunctionUrl (FunctionUrlAuthType NONE) and lambda:InvokeFunction ' +
        '(InvokedViaFunctionUrl) for everybody; a policy of your organization may deny public URLs',
    };
  }
  if (status === 403 && isCloudFront) {
    return {
      text: '403 from CloudFront, which refuses the request',
      remedy: 'check the rules of WebAclArn, and geographic restrictions of the distribution',
    };
  }
  if (status === 429 && (isAws || /"Reason"/.test(body))) {
    return {
      text: '429 from AWS: no environment is free',
      remedy: 'raise ReservedConcurrency (0 switches the function off), or the concurrency of the account',
    };
  }
  if (status === 404 && hasMessage)
    return { text: '404 from API Gateway: the route or the stage is missing', remedy: 'deploy again' };
  if (status >= 500 && isAws) {
    const type = headers.get('x-amzn-errortype');
    return {
      text: `${status} from AWS${type === null ? '' : ` (${type})`}: the function did not start, or ended without a response`,
      remedy: 'read its log: it fails to start, runs out of memory, or reaches its Timeout before RequestTimeout',
    };
  }
  if (status >= 500 && isCloudFront) {
    return {
      text: `${status} from CloudFront: it got no response from its origin`,
      remedy: 'request the own URL of the stack, which shows whether the function responds',
    };
  }
  return undefined;
}

/**
 * Returns what a response of AWS means, or undefined for one of the proxy, of its backend or of somebody else.
 *
 * @param response status and fields
 * @param body as text, or the beginning of it
 * @example awsResponse(response, await response.text())?.remedy
 */
export function awsResponse(response: Pick<Response, 'status' | 'headers'>, body: string): AwsResponse | undefined {
  const meaning = meaningOf(response, body);
  return meaning && { ...meaning, isRefusal: response.status === 403 };
}
