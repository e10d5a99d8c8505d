import type { MiddlewareObj, Request } from '@middy/core';
import { ProxyError } from '../src/failures.ts';
import { clientAddress } from '../src/http/request/client-address.ts';
import type { ProxyContext, ProxyRequest, ProxyResponse } from '../src/types.ts';

/** While MAINTENANCE is set, responds with 503 to every client that is in none of the networks of MAINTENANCE_ALLOW. */
export function maintenance(): MiddlewareObj<ProxyRequest, ProxyResponse, Error, ProxyContext> {
  const maintenanceBefore = ({ event, context }: Request<ProxyRequest, ProxyResponse, Error, ProxyContext>) => {
    const { config } = context;
    if (config.maintenance === undefined) return;
    const address = config.maintenanceAllowed && clientAddress(event, config);
    if (address !== undefined && config.maintenanceAllowed?.includes(address)) return;
    throw new ProxyError('maintenance');
  };
  return { before: maintenanceBefore };
}
