import { parseArgs } from 'node:util';
import { examine } from './doctor/examine.ts';
import { exitCodes, reportText } from './doctor/report.ts';
import { configFrom } from './doctor/settings.ts';
import { checkParameters, parseParameters } from './parameters.ts';
import { readTemplate } from './template.ts';
import { runMain, UserError } from './user-error.ts';

const usage = `Usage: npm run doctor -- https://203.0.113.9:8443 [RemoteTls=… RequestTimeout=… …] [--path /a/page] [--json]`;

function commandLine(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false }, path: { type: 'string', default: '/' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${usage}`, exitCodes.usage);
  }
}

/** `npm run doctor`: checks a backend from this machine with the function's own code. */
await runMain(async (words) => {
  const { values, positionals } = commandLine(words);
  const urls = positionals.filter((word) => /^https?:/i.test(word));
  const given = parseParameters(positionals.filter((word) => !urls.includes(word)));
  checkParameters(given, readTemplate());
  const RemoteUrl = urls[0] ?? given['RemoteUrl'] ?? process.env['REMOTE_URL'] ?? '';
  if (RemoteUrl === '' || urls.length > 1) throw new UserError(`Name one backend. ${usage}`, exitCodes.usage);
  if (!values.path.startsWith('/')) throw new UserError(`--path must begin with /. ${usage}`, exitCodes.usage);
  const report = await examine(configFrom({ ...given, RemoteUrl }), values.path);
  console.log(values.json ? JSON.stringify(report, undefined, 2) : reportText(report));
  process.exitCode = report.exitCode;
});
