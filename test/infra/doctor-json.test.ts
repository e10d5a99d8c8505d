import { readFile } from 'node:fs/promises';
import https from 'node:https';
import type net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kinds } from '../../infra/doctor/catalogue.ts';
import { examine } from '../../infra/doctor/examine.ts';
import { examinePublicUrl } from '../../infra/doctor/public-url.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { configFrom } from '../../infra/doctor/settings.ts';
import { httpBackend } from '../helpers/backends.ts';
import { certificate } from '../helpers/certificates.ts';
import { refusedUrl } from '../helpers/recording-backend.ts';

/** Parameters stand for one field: their names are those of the template. */
const parameter = '{parameter}';

/** Returns the paths of all values in a JSON text, as the documentation writes them. */
function fieldsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) =>
    fieldsIn(item, `${path}${path === '' ? '' : '.'}${path.endsWith('.set') ? parameter : name}`),
  );
}

const fieldsOf = (report: Report) => fieldsIn(JSON.parse(JSON.stringify(report)));

describe("the doctor's JSON", () => {
  let documented: string[];
  let text: string;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    text = await readFile('docs/doctor.md', 'utf8');
    const [, table = ''] = /<!-- report: fields -->([\s\S]*)<!-- \/report -->/.exec(text) ?? [];
    documented = Array.from(table.matchAll(/^\| `([^`]+)`/gm), ([, field = '']) => field);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  test('has every documented field, and no other', async () => {
    const { key, cert } = await certificate();
    const server = https.createServer({ key, cert }, ({ url }, response) =>
      response.writeHead(url === '/' ? 302 : 200, { 'content-type': 'text/html', location: '/a' }).end('fine'),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    closing.push(() => server.close() && server.closeAllConnections());
    const RemoteUrl = `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    const direct = await examine(configFrom({ RemoteUrl }));
    const failing = await httpBackend((_request, response) =>
      response
        .writeHead(502, { 'proxy-status': 'lambda-rproxy; error=connection_refused' })
        .end(JSON.stringify({ code: 'connection_refused', instance: 'urn:uuid:1' })),
    );
    closing.push(() => failing.close());
    const through = await examinePublicUrl(`${failing.url}/`, '/', 200);
    const report = { ...direct, ...through, findings: [...direct.findings, ...through.findings] };
    expect([...new Set(fieldsOf(report))].sort()).toEqual([...documented].sort());
  });

  test('has no field that is not documented when a step fails', async () => {
    const names = new Set(documented);
    for (const RemoteUrl of [await refusedUrl(), 'http://backend.invalid']) {
      const fields = fieldsOf(await examine(configFrom({ RemoteUrl })));
      expect(fields.filter((field) => !names.has(field))).toEqual([]);
    }
  });

  test('is shown in an example whose fields and codes exist', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
    const report = JSON.parse(example) as Report;
    expect(fieldsIn(report).filter((field) => !documented.includes(field))).toEqual([]);
    for (const { code, check, level, users } of report.findings)
      expect({ check, level, users }).toEqual({
        check: kinds[code].check,
        level: kinds[code].level,
        users: (kinds[code] as { users?: string }).users,
      });
  });
});
