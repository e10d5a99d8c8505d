import './older-node.ts';
import packageJson from '../package.json' with { type: 'json' };
import { Help, runMain, UserError } from './user-error.ts';

interface Command {
  readonly summary: string;
  /** Loads and runs the command, which reads its words from `process.argv`. */
  run(): Promise<unknown>;
}

/** The commands of the package; each is also an npm script of the repository. */
const commands: Readonly<Record<string, Command>> = {
  start: {
    summary: 'starts the proxy on this machine, with a demo backend or yours',
    run: () => import('../src/local/main.ts'),
  },
  doctor: { summary: 'checks a backend as the function would see it', run: () => import('./doctor.ts') },
  deploy: { summary: 'creates or changes the stack on AWS', run: () => import('./deploy.ts') },
  undeploy: { summary: 'removes the stack', run: () => import('./undeploy.ts') },
  why: { summary: 'finds the cause of a request from its id', run: () => import('./why.ts') },
  package: {
    summary: 'makes the zip of the function and of the Web Function, for other ways to deploy',
    run: async () => (await import('./package.ts')).main(),
  },
};

const usage = `Usage: lambda-rproxy COMMAND [words of the command]
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}
lambda-rproxy COMMAND --help says more; --version prints the version.`;

/** `lambda-rproxy`: runs one of the commands. */
await runMain(async ([name, ...words]) => {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') throw new Help(usage);
  if (name === '--version') throw new Help(packageJson.version);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UserError(`There is no command ${JSON.stringify(name)}.\n\n${usage}`, 2);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...words);
  await command.run();
});
