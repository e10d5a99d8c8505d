import type { Group } from './types.ts';

/** O from 20: BASIC_LOGIN. */
export const logIn: Group = {
  title: 'Basic log-in (BASIC_LOGIN)',
  rows: [
    {
      id: 'O20',
      given: 'A 401 with a Basic challenge, also among others, for a navigation',
      promise:
        'The log-in page with status 401. After the log-in, 303 to the page, and the backend receives Authorization (RFC 7617, UTF-8) instead of the cookie. With every front door, buffered and streamed.',
    },
    {
      id: 'O21',
      given: 'User and password that the backend does not accept',
      promise: 'The page again with a message, and no cookie: the backend decides before the cookie is set.',
    },
    {
      id: 'O22',
      given: 'Clients that open no page (git, rclone, curl, scripts, images), and Authorization of a client',
      promise: 'The 401 and its challenge pass unchanged; a client’s own Authorization wins over the cookie.',
    },
    {
      id: 'O23',
      given: 'A form that another site posts, to log in or to log out',
      promise:
        '403 with the log-in page, or the page that asks first; the backend is not called, and no cookie changes.',
    },
    {
      id: 'O24',
      given:
        'A log-in cookie that was changed, has ended, was made with another secret or for another host or stage, is sent twice, or whose name only resembles ours',
      promise: 'No credentials are sent, and no such cookie reaches the backend. The backend cannot set one.',
    },
    {
      id: 'O25',
      given: 'A path outside of the protection space (RFC 7617 §2.2), and one that leaves it by dot segments',
      promise: 'No credentials are sent. Each realm of the host has a separate log-in, four at most.',
    },
    {
      id: 'O26',
      given: 'Markup, line breaks and other hosts in realm, user, password, path and query',
      promise: 'Escaped, refused, or kept on this host: nothing is injected into the page, a field or Location.',
    },
    {
      id: 'O27',
      given: 'The log-out path',
      promise: 'A page with a button; its POST from this site removes the cookie.',
    },
    {
      id: 'O28',
      given: 'User, password and cookie in access line, debug log, dump and curl command',
      promise: 'Never shown. The access line says what BASIC_LOGIN did, and no user name.',
    },
    {
      id: 'O29',
      given: 'BASIC_LOGIN without a secret, or with a short one; a challenge without BASIC_LOGIN',
      promise:
        'A configuration error with the remedy. Doctor and warning name BASIC_LOGIN; the deployment makes the secret.',
    },
    {
      id: 'O30',
      given: 'The log-in page',
      promise:
        'Works without scripts, with password managers, a screen reader and the keyboard, in nine languages, light and dark, at 320 pixels; axe-core and html-validate find nothing. Its policy loads nothing and posts to this site alone.',
    },
    {
      id: 'O31',
      given: 'FILTERED_PATH, ALLOWED_CIDRS, ORIGIN_SECRET and BASIC_LOGIN; a public address with http://',
      promise:
        'Refusals come first, for the form too. Over http, which cannot keep the cookie, the challenge passes to the browser.',
    },
    {
      id: 'O32',
      given: 'A response to a request with credentials of the cookie',
      promise: 'Kept out of shared caches (`private`), unless the backend allows them (RFC 9111 §3.5).',
    },
  ],
};
