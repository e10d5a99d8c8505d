const { hashSync } = require('bcryptjs');

/** An editor with one user, and no word of a proxy. */
module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.PORT),
  flowFile: 'flows.json',
  credentialSecret: false,
  telemetry: { enabled: false },
  logging: { console: { level: 'warn' } },
  adminAuth: {
    type: 'credentials',
    users: [{ username: 'ada', password: hashSync('correct horse', 4), permissions: '*' }],
  },
};
