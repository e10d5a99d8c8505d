import { Provider } from 'oidc-provider';

const [port, ...redirectUris] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'app',
      client_secret: 'for-tests-only-for-tests-only-00',
      redirect_uris: redirectUris,
      application_type: 'native',
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  cookies: { keys: ['for-tests-only'] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  pkce: { required: () => true },
});
provider.listen(Number(port), '127.0.0.1');
