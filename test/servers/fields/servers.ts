import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, stop } from '../../debian/process.ts';
import { freePort } from '../../helpers/free-port.ts';

/** A server from Debian's packages that ends with the test. */
export interface Server {
  readonly url: string;
  /** Folder of its files. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Writes the files of a server that others than root may read, and starts it. */
async function serverOf(
  command: string,
  files: (folder: string, port: number) => Readonly<Record<string, string>>,
  parameters: (folder: string, port: number) => string[],
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'rproxy-fields-'));
  const port = await freePort();
  await chmod(folder, 0o755);
  await mkdir(`${folder}/site/base`, { recursive: true });
  await chmod(`${folder}/site`, 0o777);
  await chmod(`${folder}/site/base`, 0o777);
  for (const [name, text] of Object.entries(files(folder, port))) {
    await writeFile(`${folder}/${name}`, text);
    await chmod(`${folder}/${name}`, 0o755);
  }
  const process = await start(command, parameters(folder, port), port);
  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    async close() {
      await stop(process);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** gunicorn with an application that prints its WSGI environment as JSON. */
export const gunicorn = (): Promise<Server> =>
  serverOf(
    '/usr/bin/gunicorn',
    () => ({
      'echo.py': `import json
def app(environ, start_response):
    text = json.dumps({name: value for name, value in environ.items() if isinstance(value, str)}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]
`,
    }),
    (folder, port) => ['--bind', `127.0.0.1:${port}`, '--chdir', folder, 'echo:app'],
  );

/** lighttpd with a CGI program that prints its variables. */
export const lighttpd = (): Promise<Server> =>
  serverOf(
    '/usr/sbin/lighttpd',
    (folder, port) => ({
      'lighttpd.conf': `
server.modules = ("mod_cgi")
server.document-root = "${folder}/site"
server.bind = "127.0.0.1"
server.port = ${port}
cgi.assign = (".cgi" => "/bin/sh")
`,
      'site/env.cgi': 'printf "Content-Type: text/plain\\r\\n\\r\\n"; env\n',
    }),
    (folder) => ['-D', '-f', `${folder}/lighttpd.conf`],
  );

const modules = ['mpm_event', 'authz_core', 'dav', 'dav_fs', 'dav_lock'];

/** Apache with WebDAV over a folder whose part `/base` is to be all that the proxy reaches. */
export const apache = (): Promise<Server> =>
  serverOf(
    '/usr/sbin/apache2',
    (folder, port) => ({
      'apache.conf': `
ServerRoot ${folder}
ServerName 127.0.0.1
PidFile ${folder}/apache.pid
ErrorLog ${folder}/apache.log
Listen 127.0.0.1:${port}
User www-data
Group www-data
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}/site
DavLockDB ${folder}/site/.lock
<Directory ${folder}/site>
  Dav On
  Require all granted
</Directory>
`,
      'site/base/a.txt': 'the file that is copied\n',
    }),
    (folder) => ['-d', folder, '-f', `${folder}/apache.conf`, '-D', 'FOREGROUND'],
  );
