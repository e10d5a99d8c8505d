import express from 'express';
import session from 'express-session';

const app = express();
if (process.env.TRUST_PROXY) app.set('trust proxy', 1);
app.use(
  session({
    secret: 'for-tests-only',
    resave: false,
    saveUninitialized: false,
    cookie: { secure: 'auto', sameSite: 'lax', domain: process.env.COOKIE_DOMAIN },
  }),
);
app.use(express.urlencoded({ extended: false }));
app.get('/', (request, response) => {
  if (!request.session.user) return response.redirect('/log-in');
  response.send(
    `<title>Home</title><h1>${request.session.user}</h1><p>${request.protocol}://${request.get('host')}</p>`,
  );
});
app.get('/log-in', (_request, response) => {
  response.send('<title>Log in</title><form method="post"><input name="user"><button>Go</button></form>');
});
app.post('/log-in', (request, response) => {
  request.session.user = String(request.body.user);
  // An absolute address from what Express knows of the public one.
  response.redirect(`${request.protocol}://${request.get('host')}/`);
});
app.get('/cookie', (request, response) => response.json({ secure: request.session.cookie.secure, ip: request.ip }));
app.listen(Number(process.argv[2]), '127.0.0.1');
