import type { HeaderFields } from '../types.ts';

/** Signature Version 4 in Authorization; 4A has a name of its own that begins so too. */
const isSignature = (authorization: HeaderFields[string] | undefined) =>
  typeof authorization === 'string' && authorization.startsWith('AWS4-');

/** Parameters of a presigned URL that authenticate: they are the front door's alone, as the fields are. */
const presigned = /(?:^|&)X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)=[^&]*/g;

/**
 * Drops the signature and the session token of AWS_IAM that the front door has consumed: nothing behind it can verify
 * them, and a backend that has credentials of its own in REMOTE_URL must get those.
 *
 * @param headers by lower-case name; changed in place
 */
export function dropSignature(headers: HeaderFields): void {
  if (isSignature(headers['authorization'])) delete headers['authorization'];
  delete headers['x-amz-security-token'];
}

/**
 * Returns a query without the parameters of a presigned URL.
 *
 * @param rawQuery byte for byte
 */
export const withoutSignature = (rawQuery: string): string =>
  rawQuery.includes('X-Amz-Signature=') ? rawQuery.replace(presigned, '').replace(/^&/, '') : rawQuery;
