import express from 'express';
import session from 'express-session';
import * as oidc from 'openid-client';

const [port, issuer] = process.argv.slice(2);
const configuration = await oidc.discovery(new URL(issuer), 'app', 'for-tests-only-for-tests-only-00', undefined, {
  execute: [oidc.allowInsecureRequests],
});

const app = express();
app.set('trust proxy', true);
app.use(session({ secret: 'for-tests-only', resave: false, saveUninitialized: false, cookie: { secure: 'auto' } }));
// The Host field, as most clients of OpenID Connect take it; X-Forwarded-Host is not looked at.
const publicUrl = (request) => new URL(request.originalUrl, `${request.protocol}://${request.headers.host}`);

app.get('/', async (request, response) => {
  if (request.session.sub) return response.send(`<title>In</title><h1>${request.session.sub}</h1>`);
  const verifier = oidc.randomPKCECodeVerifier();
  request.session.verifier = verifier;
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: new URL('/callback', publicUrl(request)).href,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  response.redirect(url.href);
});
app.get('/callback', async (request, response) => {
  const tokens = await oidc.authorizationCodeGrant(configuration, publicUrl(request), {
    pkceCodeVerifier: request.session.verifier,
  });
  request.session.sub = tokens.claims().sub;
  response.redirect('/');
});
app.listen(Number(port), '127.0.0.1');
