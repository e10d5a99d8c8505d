import type { HeaderFields } from '../types.ts';
import type { LogInEntry } from './cookie.ts';
import { withoutLogInCookie } from './cookie-field.ts';
import type { LogInForm } from './form.ts';

/** What BASIC_LOGIN did with a request, as the access line says it. */
type LogInOutcome = 'used' | 'page' | 'accepted' | 'refused' | 'logged_out';

/** What BASIC_LOGIN knows of one request. */
export interface LogInState {
  outcome?: LogInOutcome;
  /** Log-ins of the client's cookie. */
  readonly entries: readonly LogInEntry[];
  /** The one that is for this path. */
  readonly used?: LogInEntry | undefined;
  /** The form that was posted. */
  readonly form?: LogInForm | undefined;
  /** Authorization for the backend. */
  authorization: string | undefined;
  /** Replaces the cookie by Authorization in the fields for the backend. */
  writeTo(headers: HeaderFields): void;
}

/** Returns credentials as Authorization has them (RFC 7617 §2). */
const basic = (userPass: string) => `Basic ${Buffer.from(userPass, 'utf8').toString('base64')}`;

/**
 * Makes the state of a request.
 *
 * @param entries log-ins of the client's cookie
 * @param used the one that is for the path
 * @param form the form that was posted
 */
export function logInState(
  entries: readonly LogInEntry[],
  { used, form }: Pick<LogInState, 'used' | 'form'>,
): LogInState {
  const userPass = form?.userPass ?? used?.userPass;
  const state: LogInState = {
    entries,
    used,
    form,
    authorization: userPass === undefined ? undefined : basic(userPass),
    writeTo(headers) {
      const { cookie } = headers;
      if (cookie !== undefined) {
        const rest = withoutLogInCookie([cookie].flat().join('; '));
        if (rest === undefined) delete headers['cookie'];
        else headers['cookie'] = rest;
      }
      if (state.authorization !== undefined) headers['authorization'] ??= state.authorization;
    },
  };
  if (used !== undefined) state.outcome = 'used';
  return state;
}
