import { type FailureCode, failureOf, failures } from '../../src/failures.ts';
import { awsResponse } from '../aws-response.ts';
import { type Finding, finding } from './catalogue.ts';
import type { PublicFacts } from './report.ts';

/** Longest time for one request in milliseconds: Lambda's own front doors wait for 30 s or less. */
const requestMs = 35_000;

const isFailureCode = (code: unknown): code is FailureCode => typeof code === 'string' && Object.hasOwn(failures, code);

const send = (url: URL, init: RequestInit): Promise<Response> =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(requestMs), ...init });

/** The innermost cause of an error of fetch. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error & { code?: string } };
  return cause?.code ?? cause?.message ?? message;
}

/** True when the proxy itself responds to the request that must go no further (RFC 9110 §7.6.2). */
async function proxyResponds(url: URL): Promise<boolean> {
  const response = await send(url, { method: 'OPTIONS', headers: { 'max-forwards': '0' } });
  await response.arrayBuffer();
  return response.status === 200 && response.headers.has('allow');
}

/** The failure of an error page of the proxy, as its problem details name it (RFC 9457). */
async function failureAt(url: URL): Promise<{ code: FailureCode; requestId: string } | undefined> {
  const response = await send(url, { headers: { accept: 'application/problem+json' } });
  const problem = (await response.json().catch(() => ({}))) as { code?: unknown; instance?: unknown };
  if (!isFailureCode(problem.code)) return undefined;
  return { code: problem.code, requestId: String(problem.instance).replace(/^(?:urn:uuid:|#)/, '') };
}

const isOwnError = (response: Response) => /^lambda-rproxy;.*\berror=/.test(response.headers.get('proxy-status') ?? '');

/** Returns the finding on a refusal or an error of AWS, which no proxy and no backend sent. */
function errorOfAws(response: Response, body: string): Finding | undefined {
  const found = awsResponse(response, body);
  const { isRefusal, text = '', remedy = '' } = found ?? {};
  return found && finding(isRefusal ? 'public_url_forbidden' : 'public_url_without_proxy', text, { remedy });
}

/** Returns the finding on an error page of the proxy. */
async function errorOfProxy(url: URL, { status }: Response, directly: number | undefined): Promise<[Finding, string?]> {
  const failure = await failureAt(url);
  if (failure === undefined) return [finding('public_url_failed', `${status}: an error page of the proxy`)];
  const { code, requestId } = failure;
  const { fault, reason, remedy } = failureOf(code);
  const onlyThere =
    directly !== undefined && fault === 'backend'
      ? '; this machine reaches the backend and the function does not: open its firewall for the function, or attach the function to its VPC with SubnetIds and SecurityGroupIds'
      : '';
  const found = finding('public_url_failed', `${status} (${code}): ${reason}; request ${requestId}`, {
    ...(fault === 'client' ? { level: 'warning' as const } : {}),
    ...(remedy === undefined ? {} : { remedy: `${remedy}${onlyThere}` }),
  });
  return [found, code];
}

/**
 * Sends two requests through the public URL of a stack: one that the proxy itself responds to, and one to the backend.
 *
 * @param publicUrl root of the site
 * @param path page to open
 * @param directly status of the same page without the function; undefined when this machine gets no response
 */
export async function examinePublicUrl(
  publicUrl: string,
  path: string,
  directly: number | undefined,
): Promise<{ public: PublicFacts; findings: readonly Finding[] }> {
  const url = new URL(path.slice(1), publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`);
  const seen = (finding_: Finding, status?: number, failure?: string) => ({
    public: { url: publicUrl, status, failure },
    findings: [finding_],
  });
  try {
    const isProxy = await proxyResponds(url);
    const response = await send(url, { headers: { accept: 'text/html' } });
    const body = await response.text();
    const { status } = response;
    if (isOwnError(response)) {
      const [found, failure] = await errorOfProxy(url, response, directly);
      return seen(found, status, failure);
    }
    const ofAws = errorOfAws(response, body);
    if (ofAws !== undefined && status !== directly) return seen(ofAws, status);
    const text = `${status}${isProxy ? ', and the proxy itself responds' : ''}`;
    if (directly === undefined || directly === status) return seen(finding('public_url_responds', text), status);
    const remedy = 'compare both with ?dump_request=, which shows what the backend gets';
    return seen(
      finding('public_url_differs', `${text}; directly the backend responds ${directly}`, { remedy }),
      status,
    );
  } catch (error) {
    const remedy = 'check that the stack is deployed, and the DNS record of DomainName';
    return seen(finding('public_url_unreachable', `no response (${causeOf(error)})`, { remedy }));
  }
}
