import type { MiddlewareObj, Request } from '@middy/core';
import { ProxyError } from '../src/failures.ts';
import { clientAddress } from '../src/http/request/client-address.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** Refuses with 403 every client whose address is in none of the networks of ALLOWED_CIDRS. */
export function clientNetworks(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const clientNetworksBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { config } = context;
    if (config.allowedNetworks === undefined) return;
    const address = clientAddress(event, config);
    if (address !== undefined && config.allowedNetworks.includes(address)) return;
    const reason =
      address === undefined
        ? `the proxy in front names no client in ${config.clientIpHeader}`
        : `${address} is in none of the networks of ALLOWED_CIDRS`;
    const remedy =
      address === undefined ? 'set CLIENT_IP_HEADER to the field in which it writes the client’s address' : undefined;
    throw new ProxyError('client_not_allowed', { reason, remedy });
  };
  return { before: clientNetworksBefore };
}
