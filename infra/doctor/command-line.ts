import { commandLine as typed } from '../installation.ts';
import { checkParameters, type Parameters, parseParameters } from '../parameters.ts';
import { schemeProblem, suggestedUrl } from '../suggested-url.ts';
import { readTemplate } from '../template.ts';
import { UserError } from '../user-error.ts';
import { parseWords } from '../words.ts';
import { exitCodes } from './report.ts';

export const usage = `Usage: ${typed('doctor', 'https://203.0.113.9:8443 [Name=value …] [options]')}
       ${typed('doctor', '--stack-name NAME [Name=value …] [options]')}
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

/** @throws {UserError} when RemoteUrl has no scheme, with what is meant */
function checkScheme(url: string): void {
  const problem = schemeProblem(url);
  if (problem !== undefined) throw new UserError(`RemoteUrl ${problem}`, exitCodes.usage);
}

const options = {
  help: { type: 'boolean', default: false, short: 'h' },
  json: { type: 'boolean', default: false },
  path: { type: 'string', default: '/' },
  'public-host': { type: 'string' },
  'stack-name': { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
} as const;

/** A word that names the backend: a URL, or an address without a scheme. */
const namesBackend = (word: string) =>
  /^(?:https?:|[a-z][\w+.-]*:\/\/)/i.test(word) || (!/^[A-Za-z]\w*=/.test(word) && suggestedUrl(word) !== undefined);

const isPublicHost = (host: string) => /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host);

/**
 * Parses the command line of `npm run doctor`.
 *
 * @param commandLine the words after the command
 * @param remoteUrl of the environment, when the command line names no backend
 * @throws {UserError} with exit code 2
 */
export function readDoctorOptions(commandLine: readonly string[], remoteUrl = ''): DoctorOptions {
  const { values, positionals } = parseWords(commandLine, options, usage);
  const { help, json, path, region, profile } = values;
  const { 'public-host': publicHost, 'stack-name': stackName } = values;
  const urls = positionals.filter(namesBackend);
  const page = positionals.find((word) => word.startsWith('/') && !urls.includes(word));
  if (page !== undefined) throw new UserError(`Did you mean --path ${page}?`, exitCodes.usage);
  const given = parseParameters(positionals.filter((word) => !urls.includes(word)));
  const RemoteUrl = urls[0] ?? given['RemoteUrl'] ?? (stackName === undefined ? remoteUrl : '');
  checkScheme(RemoteUrl);
  checkParameters(given, readTemplate());
  const isNamed = RemoteUrl !== '' || stackName !== undefined || help;
  if (!isNamed || urls.length > 1) throw new UserError(`Name one backend.\n\n${usage}`, exitCodes.usage);
  if (!path.startsWith('/')) throw new UserError(`--path must begin with /.\n\n${usage}`, exitCodes.usage);
  if (publicHost !== undefined && !isPublicHost(publicHost))
    throw new UserError('--public-host must be a host name with or without a port', exitCodes.usage);
  const parameters = RemoteUrl === '' ? given : { ...given, RemoteUrl };
  return { help, json, path, publicHost, stackName, region, profile, parameters };
}
