import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificate } from '../../src/local/demo/certificate.ts';
import { freePort } from '../helpers/free-port.ts';
import type { WalkBackend } from '../helpers/walk.ts';
import { start, stop } from './process.ts';

/** Backends that this project did not write, from Debian's packages python3-httpbin and nginx. */
export interface DebianBackends {
  /** httpbin over plain HTTP. */
  readonly httpbin: WalkBackend;
  /** nginx with a self-signed certificate, in front of httpbin and of big files. */
  readonly nginx: WalkBackend;
  readonly fingerprint: string;
  close(): Promise<void>;
}

const nginxConfig = (folder: string, port: number, httpbinPort: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  client_max_body_size 10m;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location /files/ { root ${folder}; }
    location / {
      proxy_pass http://127.0.0.1:${httpbinPort};
      proxy_set_header Host $http_host;
    }
  }
}
`;

/** Starts httpbin and nginx on free ports of the loopback address. */
export async function startDebianBackends(): Promise<DebianBackends> {
  const folder = await mkdtemp(join(tmpdir(), 'rproxy-nginx-'));
  const [httpbinPort, nginxPort] = [await freePort(), await freePort()];
  const { key, cert, fingerprint } = await createCertificate();
  await mkdir(`${folder}/files`);
  await Promise.all([
    writeFile(`${folder}/key.pem`, key),
    writeFile(`${folder}/cert.pem`, cert),
    writeFile(`${folder}/nginx.conf`, nginxConfig(folder, nginxPort, httpbinPort)),
    // nginx gives up root for its workers, which must still be able to read.
    ...[4_600_000, 4_800_000].map((size) => writeFile(`${folder}/files/${size}.bin`, Buffer.alloc(size, 0xe9))),
  ]);
  const app = `from httpbin import app; app.run(host="127.0.0.1", port=${httpbinPort}, threaded=True)`;
  const httpbin = await start('/usr/bin/python3', ['-c', app], httpbinPort);
  const nginx = await start('/usr/sbin/nginx', ['-c', `${folder}/nginx.conf`, '-g', 'user root;'], nginxPort);
  return {
    // httpbin's binary bodies end at 100 KB, so the big ones are nginx's part.
    httpbin: { url: `http://127.0.0.1:${httpbinPort}` },
    nginx: { url: `https://127.0.0.1:${nginxPort}`, bytesPath: (size) => `/files/${size}.bin` },
    fingerprint,
    async close() {
      await Promise.all([stop(nginx), stop(httpbin)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
