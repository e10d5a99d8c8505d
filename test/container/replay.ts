import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Dockerfile, DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast';

/** The last stage of a Dockerfile after a replay: what a container would start. */
export interface Image {
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

interface Stage {
  readonly root: string;
  workdir: string;
  env: Record<string, string>;
  user?: string;
}

const wordsOf = (instruction: Instruction) => instruction.getArguments().map((argument) => argument.getValue());

/** The words of an exec form, which is JSON. */
function execForm(instruction: Instruction): string[] {
  const text = instruction.getArgumentsContent() ?? '';
  const words: unknown = JSON.parse(text.slice(text.indexOf('[')));
  if (!Array.isArray(words)) throw new Error(`${instruction.getKeyword()} has no exec form`);
  return words as string[];
}

/** Names of the build context that .dockerignore lets through. */
const contextOf = (ignore: string) =>
  new Set(
    ignore
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1)),
  );

function copy(
  instruction: Instruction,
  stages: ReadonlyMap<string, Stage>,
  to: Stage,
  context: string,
  ignore: string,
) {
  const from = (instruction as JSONInstruction & { getFlags(): { getName(): string; getValue(): string }[] })
    .getFlags()
    .find((flag) => flag.getName() === 'from');
  const words = wordsOf(instruction);
  const target = join(to.root, to.workdir, words.at(-1) ?? '.');
  for (const source of words.slice(0, -1)) {
    const stage = from === undefined ? undefined : stages.get(from.getValue() ?? '');
    if (from !== undefined && stage === undefined) throw new Error(`no stage ${from.getValue()}`);
    if (stage === undefined && !contextOf(ignore).has(source)) throw new Error(`.dockerignore keeps ${source} out`);
    const path = stage === undefined ? join(context, source) : join(stage.root, source);
    const isFolder = words.at(-1)?.endsWith('/') === true;
    const file = source.split('/').at(-1) ?? '';
    const goal = isFolder ? join(target, file) : target;
    mkdirSync(dirname(goal), { recursive: true });
    cpSync(path, goal, { recursive: true });
  }
}

/**
 * Carries out the instructions of a Dockerfile in empty folders, one for each stage, on this machine's Node.js. It is no
 * container, but it tells whether the copied files suffice, whether each command succeeds, and what is started.
 *
 * @param text the Dockerfile
 * @param folder where the stages are made
 * @param context the build context
 * @param ignore content of .dockerignore, which begins with `*`
 */
export function replay(text: string, folder: string, context: string, ignore: string): Image {
  const stages = new Map<string, Stage>();
  let stage: Stage = { root: folder, workdir: '/', env: {} };
  let command: string[] = [];
  let healthCheck: string[] = [];
  const steps: Readonly<Record<string, (instruction: Instruction) => void>> = {
    FROM(instruction) {
      const [, , name = `${stages.size}`] = wordsOf(instruction);
      stage = { root: join(folder, name), workdir: '/', env: {} };
      mkdirSync(stage.root, { recursive: true });
      stages.set(name, stage);
    },
    WORKDIR(instruction) {
      stage.workdir = wordsOf(instruction)[0] ?? '/';
      mkdirSync(join(stage.root, stage.workdir), { recursive: true });
    },
    ENV(instruction) {
      for (const word of wordsOf(instruction))
        stage.env[word.split('=', 1)[0] ?? ''] = word.slice(word.indexOf('=') + 1);
    },
    COPY: (instruction) => copy(instruction, stages, stage, context, ignore),
    RUN(instruction) {
      const line = instruction.getArgumentsContent() ?? '';
      const cwd = join(stage.root, stage.workdir);
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], { cwd, encoding: 'utf8' });
      if (status !== 0) throw new Error(`RUN ${line}: ${stdout}${stderr}\n${readdirSync(cwd).join(' ')}`);
    },
    USER(instruction) {
      stage.user = wordsOf(instruction)[0] ?? '';
    },
    EXPOSE: () => undefined,
    HEALTHCHECK(instruction) {
      healthCheck = execForm(instruction);
    },
    CMD(instruction) {
      command = execForm(instruction);
    },
  };
  for (const instruction of (DockerfileParser.parse(text) as Dockerfile).getInstructions()) {
    const step = steps[instruction.getKeyword()];
    if (step === undefined) throw new Error(`${instruction.getKeyword()} is not replayed`);
    step(instruction);
  }
  return { workdir: join(stage.root, stage.workdir), env: stage.env, user: stage.user, command, healthCheck };
}
