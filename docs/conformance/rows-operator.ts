import type { Group } from './types.ts';

/** O: what an operator adds to requests, responses and pages. */
export const operator: Group = {
  title: 'What the operator adds',
  rows: [
    {
      id: 'O1',
      given: 'REQUEST_HEADERS and RESPONSE_HEADERS',
      promise:
        'Fields are set, added or removed, buffered and streamed, with every front door. The dump has each with its reason; values of REQUEST_HEADERS are masked in dump and log.',
    },
    {
      id: 'O2',
      given:
        'A line that frames the message, concerns one connection, is the proxy’s own, or holds what no field may hold',
      promise: 'A configuration error with the number of each such line and the reason; no value is quoted.',
    },
    {
      id: 'O3',
      given: 'RESPONSE_HEADERS on pages of the proxy',
      promise: 'Fields that a page sets itself stay, its policy among them; all others are added.',
    },
    {
      id: 'O4',
      given: 'A client that sends a field of REQUEST_HEADERS, under its name or an alias',
      promise: 'Only the operator’s value reaches the backend.',
    },
    {
      id: 'O5',
      given: 'MAINTENANCE',
      promise:
        'Every request that no refusal meets gets 503 with Retry-After and the text, escaped, as page, problem details or plain text; the page opens the site when it is over. Networks of MAINTENANCE_ALLOW pass. No error in the log.',
    },
    {
      id: 'O6',
      given: 'SUPPORT_URL, STATUS_URL, the start page, what to quote',
      promise:
        'Links with http, https or mailto and nothing else; the start page where other pages may work; a button that copies code, id and time.',
    },
    { id: 'O7', given: 'The waiting page with WAKE', promise: 'Says that it wakes the site; its checks do.' },
    {
      id: 'O8',
      given: 'WAKE, WAKE_SECRET and WAKE_ON that do not fit, or an address that would show a secret',
      promise: 'A configuration error that quotes no address.',
    },
    {
      id: 'O9',
      given: 'A backend that refuses connections, is unroutable or does not let connect, with WAKE',
      promise:
        'The check of the waiting page wakes it, at most once a minute per environment, also in a crowd; the access line says what became of it.',
    },
    {
      id: 'O10',
      given:
        'A request that must not wake: of another site, of a refused client, without the script, or with a backend that responds',
      promise: 'Nothing is woken, and the field of the check never reaches the backend.',
    },
    {
      id: 'O11',
      given: 'WAKE_ON=request',
      promise: 'A navigation wakes as well; programs, forms, pictures, frames and prefetches do not.',
    },
    {
      id: 'O12',
      given: 'A webhook that refuses, redirects, is silent or is not there',
      promise:
        'The client sees the same page; the log has a warning with a remedy and no secret; no redirect is followed.',
    },
    {
      id: 'O13',
      given: 'WAKE with an instance',
      promise:
        'StartInstances for that instance, which alone the template’s role may start; without the SDK a warning.',
    },
    {
      id: 'O14',
      given: 'A page with http:// addresses of its own site, and `Content-Security-Policy: upgrade-insecure-requests`',
      promise: 'Chromium loads its scripts and styles, which it blocks otherwise.',
    },
    {
      id: 'O15',
      given: '`npm start` without a backend',
      promise: 'The start page leads through the features; its backend can be stopped, and the waiting page wakes it.',
    },
  ],
};
