import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { start } from '../debian/process.ts';
import { freePort } from '../helpers/free-port.ts';

const run = promisify(execFile);
const apps = `${import.meta.dirname}/apps`;

/** A server that is running, with its secrets below /admin and /secret. */
export interface RunningServer {
  readonly name: string;
  readonly port: number;
  /** Resources take a format, as in /admin.json. */
  readonly hasFormats: boolean;
}

const secretPages = ['admin', 'admin/x', 'secret', 'secret/x'];

/** Folders with an index.html that says whether it is secret. */
async function makePages(folder: string): Promise<void> {
  const page = async (path: string, text: string) => {
    await mkdir(`${folder}/${path}`, { recursive: true });
    await writeFile(`${folder}/${path}/index.html`, text);
  };
  for (const path of secretPages) await page(path, 'THE SECRET');
  for (const path of ['', 'administration', 'x']) await page(path, 'OPEN');
}

const nginxConfig = (folder: string, port: number) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log crit;
events { worker_connections 256; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder}/pages;
    location ~* ^/(admin|secret)(/|$) { return 200 'THE SECRET'; }
    location / { try_files $uri/index.html $uri @open; }
    location @open { return 200 'OPEN'; }
  }
}
`;

const modules = ['mpm_prefork', 'authz_core', 'dir', 'alias', 'mime', 'negotiation', 'cgi', 'env', 'rewrite'];

const apacheConfig = (folder: string, port: number, slashes: string) => `
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/apache-${port}.pid
ErrorLog ${folder}/apache.log
LogLevel error
TypesConfig /dev/null
User www-data
Group www-data
Mutex file:${folder} default
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so
StartServers 4
MaxRequestWorkers 16
AllowEncodedSlashes ${slashes}
DocumentRoot ${folder}/www
DirectoryIndex index.html index.php
AcceptPathInfo On
ScriptAlias /cgi-bin/ ${folder}/www/cgi-bin/
<Directory ${folder}/www>
  Options +MultiViews +ExecCGI
  Require all granted
</Directory>
AddHandler cgi-script .cgi
AddHandler application/x-httpd-php .php
FallbackResource /index.php
`;

const lighttpdConfig = (folder: string, port: number) => `
server.document-root = "${folder}/www-cgi"
server.bind = "127.0.0.1"
server.port = ${port}
server.errorlog = "${folder}/lighttpd.log"
server.modules = ("mod_cgi", "mod_alias")
index-file.names = ("index.html")
cgi.assign = (".cgi" => "")
mimetype.assign = ("" => "text/html")
`;

const tomcatConfig = (port: number) => `<?xml version="1.0"?>
<Server port="-1" shutdown="x">
  <Service name="Catalina">
    <Connector port="${port}" address="127.0.0.1" protocol="HTTP/1.1" relaxedPathChars='&quot;&lt;&gt;[\\]^\`{|}'
      encodedSolidusHandling="decode" allowBackslash="true" />
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps" unpackWARs="false" autoDeploy="false" startStopThreads="1" />
    </Engine>
  </Service>
</Server>
`;

async function makeTomcat(folder: string, port: number): Promise<void> {
  await Promise.all(
    ['conf', 'logs', 'temp', 'work'].map((name) => mkdir(`${folder}/tomcat/${name}`, { recursive: true })),
  );
  await makePages(`${folder}/tomcat/webapps/ROOT`);
  await writeFile(`${folder}/tomcat/conf/server.xml`, tomcatConfig(port));
  await copyFile('/usr/share/tomcat10/etc/web.xml', `${folder}/tomcat/conf/web.xml`);
}

async function makeDatabase(folder: string): Promise<void> {
  const auth = ['--auth-root-authentication-method=normal', '--skip-test-db', '--user=root', '--no-defaults'];
  await run('/usr/bin/mariadb-install-db', [...auth.reverse(), `--datadir=${folder}/mariadb`]);
}

type Command = readonly [command: string, ...parameters: string[]];

/** The servers of Debian's packages: how each is started, after its files were made. */
function commands(folder: string, port: (name: string) => number): Readonly<Record<string, Command>> {
  const gunicorn = (app: string): Command => [
    '/usr/bin/env',
    `APP=${app}`,
    `PYTHONPATH=${apps}`,
    ...['PYTHONDONTWRITEBYTECODE=1', '/usr/bin/gunicorn', '--bind', `127.0.0.1:${port(`gunicorn, ${app}`)}`],
    ...['--threads', '8', '--graceful-timeout', '1', '--log-level', 'critical', 'wsgi'],
  ];
  const puma = (app: string, name: string): Command => [
    '/usr/bin/puma',
    ...['--bind', `tcp://127.0.0.1:${port(name)}`, '--environment', 'production', '--quiet', `${apps}/${app}.ru`],
  ];
  const apache = (slashes: string): Command => [
    '/usr/sbin/apache2',
    ...['-DFOREGROUND', '-f', `${folder}/apache-${slashes}.conf`],
  ];
  return {
    nginx: ['/usr/sbin/nginx', '-c', `${folder}/nginx.conf`, '-g', 'user root;'],
    'Apache, slashes decoded': apache('On'),
    'Apache, slashes kept': apache('NoDecode'),
    lighttpd: ['/usr/sbin/lighttpd', '-D', '-f', `${folder}/lighttpd.conf`],
    'php -S': ['/usr/bin/php', '-S', `127.0.0.1:${port('php -S')}`, '-t', `${folder}/www-php`],
    uWSGI: [
      '/usr/bin/env',
      ...[
        'PYTHONDONTWRITEBYTECODE=1',
        '/usr/bin/uwsgi',
        '--plugin',
        'python3',
        '--http-socket',
        `127.0.0.1:${port('uWSGI')}`,
      ],
      ...[
        '--pythonpath',
        apps,
        '--module',
        'wsgi',
        '--disable-logging',
        '--die-on-term',
        '--master',
        '--processes',
        '2',
      ],
    ],
    'gunicorn, plain': gunicorn('plain'),
    'gunicorn, flask': gunicorn('flask'),
    'gunicorn, django': gunicorn('django'),
    'Puma, Sinatra': puma('sinatra', 'Puma, Sinatra'),
    'Puma, Rails routing': puma('rails', 'Puma, Rails routing'),
    Tomcat: [
      '/usr/bin/java',
      ...['-XX:TieredStopAtLevel=1', `-Dcatalina.base=${folder}/tomcat`, '-Dcatalina.home=/usr/share/tomcat10'],
      ...[`-Djava.io.tmpdir=${folder}/tomcat/temp`, '-cp'],
      '/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar',
      ...['org.apache.catalina.startup.Bootstrap', 'start'],
    ],
  };
}

async function makeFiles(folder: string, port: (name: string) => number): Promise<void> {
  await makePages(`${folder}/pages`);
  await makePages(`${folder}/www`);
  await mkdir(`${folder}/www/cgi-bin`);
  for (const file of ['app.cgi', 'cgi-bin/app', 'cgi-bin/app.cgi']) {
    await copyFile(`${apps}/app.cgi`, `${folder}/www/${file}`);
    await chmod(`${folder}/www/${file}`, 0o755);
  }
  await cp(`${folder}/www`, `${folder}/www-php`, { recursive: true });
  // Without PHP, which lighttpd does not run.
  await cp(`${folder}/www`, `${folder}/www-cgi`, { recursive: true });
  for (const name of ['www', 'www-php']) await copyFile(`${apps}/index.php`, `${folder}/${name}/index.php`);
  await writeFile(`${folder}/nginx.conf`, nginxConfig(folder, port('nginx')));
  await writeFile(`${folder}/apache-On.conf`, apacheConfig(folder, port('Apache, slashes decoded'), 'On'));
  await writeFile(`${folder}/apache-NoDecode.conf`, apacheConfig(folder, port('Apache, slashes kept'), 'NoDecode'));
  await writeFile(`${folder}/lighttpd.conf`, lighttpdConfig(folder, port('lighttpd')));
  await makeTomcat(folder, port('Tomcat'));
  await makeDatabase(folder);
  // Servers that give up root must still be able to read.
  await chmod(folder, 0o755);
}

const debianNames = Object.keys(commands('', () => 0));

/** The servers and frameworks of apps/node.mjs. */
async function nodeNames(): Promise<string[]> {
  const { stdout } = await run(process.execPath, [`${apps}/node.mjs`]);
  return stdout.trim().split('\n');
}

/**
 * Starts every server on a free port of the loopback address.
 *
 * @param folder an empty one, for their files
 * @param started gets each process as soon as it runs
 * @throws {Error} when a server is missing, so that a missing one never reads as a pass
 */
export async function startServers(folder: string, started: ChildProcess[]): Promise<RunningServer[]> {
  const names = [...debianNames, ...(await nodeNames())];
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await freePort());
  const port = (name: string) => ports.get(name) ?? 0;
  await makeFiles(folder, port);

  const launch = async (command: string, parameters: string[], at: number) => {
    started.push(await start(command, parameters, at));
  };
  const databasePort = await freePort();
  const database = ['--no-defaults', '--user=root', `--datadir=${folder}/mariadb`, `--socket=${folder}/mariadb.sock`];
  await launch('/usr/sbin/mariadbd', [...database, '--bind-address=127.0.0.1', `--port=${databasePort}`], databasePort);
  const node = names.slice(debianNames.length).map((name) => `${name}=${port(name)}`);
  await launch(process.execPath, [`${apps}/node.mjs`, folder, ...node], port(names.at(-1) ?? ''));
  const list = Object.entries(commands(folder, port));
  const launched = list.map(([name, [command, ...parameters]]) => launch(command, parameters, port(name)));
  for (const result of await Promise.allSettled(launched)) if (result.status === 'rejected') throw result.reason;
  return names.map((name) => ({ name, port: port(name), hasFormats: name.includes('Rails') }));
}
