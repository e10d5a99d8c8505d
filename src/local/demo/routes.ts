import { sendRandomBytes, sendText, streamRandomBytes } from './bodies.ts';
import {
  keepSilent,
  resetConnection,
  sendHugeHeaders,
  sendMalformed,
  stall,
  switchProtocols,
  truncateBody,
} from './broken.ts';
import { respondWithRange, respondWithTag } from './conditional.ts';
import { setCookie, setCookies, setManyCookies, showCookies } from './cookies.ts';
import { echo, showHeaders, showOrigin, showUserAgent } from './echo.ts';
import { sendBrotli, sendDeflate, sendGzip } from './encodings.ts';
import { send, sendHtml } from './exchange.ts';
import { SCRIPT, STYLESHEET } from './home-page.ts';
import { sendJpeg, sendPng, sendSvg, sendWebp } from './images.ts';
import { EVENTS_PAGE, POST_FORM_PAGE, UPLOAD_FORM_PAGE } from './pages.ts';
import { redirectAbsolute, redirectRelative, redirectTo } from './redirects.ts';
import { type Route, route } from './router.ts';
import { sendLatin1, sendProse, sendRobots, sendSampleJson, sendUtf8, sendXml } from './samples.ts';
import { drip, respondSlowly, sendEvents } from './slow.ts';
import { respondToBasicAuth, respondUntyped, respondWithHeaders, respondWithStatus } from './statuses.ts';

const ANY: readonly string[] = [];

/** The demo backend's route table but for its start page and its switch; the first matching route responds. */
export const ROUTES: readonly Route[] = [
  route('/style.css', (exchange) => send(exchange, 200, { 'Content-Type': 'text/css; charset=utf-8' }, STYLESHEET)),
  route('/app.js', (exchange) => send(exchange, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }, SCRIPT)),

  route('/headers', showHeaders),
  route('/ip', showOrigin),
  route('/user-agent', showUserAgent),
  route('/get', echo, ['GET']),
  route('/post', echo, ['POST']),
  route('/put', echo, ['PUT']),
  route('/patch', echo, ['PATCH']),
  route('/delete', echo, ['DELETE']),
  route('/anything', echo, ANY),
  route('/anything/*', echo, ANY),

  route('/forms/post', (exchange) => sendHtml(exchange, POST_FORM_PAGE)),
  route('/forms/upload', (exchange) => sendHtml(exchange, UPLOAD_FORM_PAGE)),
  route('/cookies', showCookies),
  route('/cookies/set', setCookies),
  route('/cookies/set/:name/:value', setCookie),
  route('/cookies/many', setManyCookies),

  route('/redirect/:n', redirectRelative),
  route('/absolute-redirect/:n', redirectAbsolute),
  route('/redirect-to', redirectTo, ANY),

  route('/image/svg', sendSvg),
  // Browsers ask for it beside everything that is no page, and log an error when it is missing.
  route('/favicon.ico', sendSvg),
  route('/image/png', sendPng),
  route('/image/jpeg', sendJpeg),
  route('/image/webp', sendWebp),
  route('/gzip', sendGzip),
  route('/deflate', sendDeflate),
  route('/brotli', sendBrotli),
  route('/html', sendProse),
  route('/encoding/utf8', sendUtf8),
  route('/encoding/latin1', sendLatin1),
  route('/json', sendSampleJson),
  route('/xml', sendXml),
  route('/robots.txt', sendRobots),

  route('/bytes/:n', sendRandomBytes),
  route('/stream-bytes/:n', streamRandomBytes),
  route('/text/:n', sendText),
  route('/delay/:s', respondSlowly, ANY),
  route('/drip', drip),
  route('/sse', sendEvents),
  route('/sse.html', (exchange) => sendHtml(exchange, EVENTS_PAGE)),

  route('/status/:code', respondWithStatus, ANY),
  route('/basic-auth/:user/:passwd', respondToBasicAuth),
  route('/response-headers', respondWithHeaders, ANY),
  route('/no-content-type', respondUntyped),
  route('/etag/:tag', respondWithTag),
  route('/range/:n', respondWithRange),

  route('/broken/reset', resetConnection, ANY),
  route('/broken/truncated', truncateBody, ANY),
  route('/broken/malformed', sendMalformed, ANY),
  route('/broken/stall', stall, ANY),
  route('/broken/silent', keepSilent, ANY),
  route('/broken/huge-headers', sendHugeHeaders, ANY),
  route('/broken/upgrade', switchProtocols, ANY),
];
