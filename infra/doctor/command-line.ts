import { parseArgs } from 'node:util';
import { checkParameters, type Parameters, parseParameters } from '../parameters.ts';
import { readTemplate } from '../template.ts';
import { UserError } from '../user-error.ts';
import { exitCodes } from './report.ts';

export const usage = `Usage: npm run doctor -- https://203.0.113.9:8443 [Name=value …] [options]
       npm run doctor -- --stack-name NAME [Name=value …] [options]
Options: --path /a/page       page to open (/)
         --public-host NAME   host by which clients know the site
         --json               the report for scripts, see docs/doctor.md
         --stack-name NAME    check with the settings of a deployed stack, and through its public URL
         --region REGION, --profile NAME   for the AWS CLI
Parameters: those of npm run deploy, e.g. RemoteAddress=203.0.113.9:8443 RemoteTls=verify RequestTimeout=5`;

/** The command line of `npm run doctor`. */
export interface DoctorOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly path: string;
  readonly publicHost: string | undefined;
  readonly stackName: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Parameters as given, RemoteUrl among them. */
  readonly parameters: Parameters;
}

const httpsPorts = new Set(['443', '4443', '8443', '9443']);

/**
 * Returns the URL that somebody means who leaves the scheme out or mistypes it; undefined for what is no address.
 *
 * @param word a word of the command line, or the value of RemoteUrl
 * @example suggestedUrl('127.0.0.1:8080') // 'http://127.0.0.1:8080'
 */
export function suggestedUrl(word: string): string | undefined {
  const [, scheme = '', rest = ''] = /^(?:([a-z]+)?:?\/{1,2})?(.*)$/is.exec(word) ?? [];
  const match = /^(?:[^\s@/]*@)?(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?(\/[^\s?#]*)?(?:[?#]\S*)?$/i.exec(
    rest,
  );
  if (match === null || (scheme !== '' && !/^(?:h\w{1,5}|wss?)$/i.test(scheme))) return undefined;
  const [, host = '', port, path = ''] = match;
  const isAddress = port !== undefined || host.includes('.') || host.startsWith('[') || host === 'localhost';
  if (!isAddress && scheme === '') return undefined;
  const isHttps = /s$/i.test(scheme) || (scheme === '' && (httpsPorts.has(port ?? '') || isPublicName(host, port)));
  return `http${isHttps ? 's' : ''}://${host}${port === undefined ? '' : `:${port}`}${path}`;
}

/** A name of the public DNS without a port; its https port is the likelier one. */
const isPublicName = (host: string, port: string | undefined) =>
  port === undefined && /[a-z]/i.test(host) && host.includes('.') && !/\.(?:local|internal|lan|home)$/i.test(host);

/** @throws {UserError} when RemoteUrl has no scheme, with what is meant; it never shows user:password */
function checkScheme(url: string): void {
  if (/^https?:\/\//i.test(url)) return;
  const meant = suggestedUrl(url);
  if (meant === undefined) return;
  const kept = url.includes('@') ? ' (with its user:password)' : '';
  throw new UserError(`RemoteUrl has no scheme: did you mean ${meant}${kept}?`, exitCodes.usage);
}

function words(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        help: { type: 'boolean', default: false, short: 'h' },
        json: { type: 'boolean', default: false },
        path: { type: 'string', default: '/' },
        'public-host': { type: 'string' },
        'stack-name': { type: 'string' },
        region: { type: 'string' },
        profile: { type: 'string' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${usage}`, exitCodes.usage);
  }
}

/** A word that names the backend: a URL, or an address without a scheme. */
const namesBackend = (word: string) =>
  /^https?:/i.test(word) || (!/^[A-Za-z]\w*=/.test(word) && suggestedUrl(word) !== undefined);

const isPublicHost = (host: string) => /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host);

/**
 * Parses the command line of `npm run doctor`.
 *
 * @param commandLine the words after the command
 * @param remoteUrl of the environment, when the command line names no backend
 * @throws {UserError} with exit code 2
 */
export function readDoctorOptions(commandLine: readonly string[], remoteUrl = ''): DoctorOptions {
  const { values, positionals } = words(commandLine);
  const { help, json, path, region, profile } = values;
  const { 'public-host': publicHost, 'stack-name': stackName } = values;
  const urls = positionals.filter(namesBackend);
  const given = parseParameters(positionals.filter((word) => !urls.includes(word)));
  const RemoteUrl = urls[0] ?? given['RemoteUrl'] ?? (stackName === undefined ? remoteUrl : '');
  checkScheme(RemoteUrl);
  checkParameters(given, readTemplate());
  const isNamed = RemoteUrl !== '' || stackName !== undefined || help;
  if (!isNamed || urls.length > 1) throw new UserError(`Name one backend. ${usage}`, exitCodes.usage);
  if (!path.startsWith('/')) throw new UserError(`--path must begin with /. ${usage}`, exitCodes.usage);
  if (publicHost !== undefined && !isPublicHost(publicHost))
    throw new UserError('--public-host must be a host name with or without a port', exitCodes.usage);
  const parameters = RemoteUrl === '' ? given : { ...given, RemoteUrl };
  return { help, json, path, publicHost, stackName, region, profile, parameters };
}
