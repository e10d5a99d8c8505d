/** A response that AWS makes in place of a Web Function. */
interface WebFunctionResponse {
  readonly text: string;
  readonly remedy: string;
}

/** What AWS means by a status. Others are named with the type of the error. */
const meanings: Readonly<Record<number, WebFunctionResponse>> = {
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

const failed: WebFunctionResponse = {
  text: 'the server of the Web Function did not start, or ended without a response',
  remedy: 'read its log: the line platform.initReport has the errorType, and the lines before it the reason',
};

/** The header field by which AWS marks its own errors. */
const errorType = 'lambda-web-error-type';

/**
 * Returns what a response of AWS means, or undefined for one of the server itself or of another front door.
 *
 * @param response status and fields
 * @example webFunctionResponse(await fetch(url))?.remedy
 */
export function webFunctionResponse({ status, headers }: Pick<Response, 'status' | 'headers'>) {
  const type = headers.get(errorType);
  if (type === null) return undefined;
  const found = meanings[status] ?? (status >= 500 ? failed : undefined);
  return found && { ...found, text: `${status} from AWS (${type}): ${found.text}` };
}
