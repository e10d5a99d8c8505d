/** An error that the user can correct: its message is printed without a stack trace. */
export class UserError extends Error {
  /** Exit code of the process. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The response to `--help`: printed to stdout, with exit code 0. */
export class Help extends Error {}

/** Runs a command's main function, prints the message of a UserError to stderr and sets the exit code. */
export async function runMain(main: (parameters: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (error instanceof Help) {
      console.log(error.message);
      return;
    }
    if (!(error instanceof UserError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = error.exitCode;
  }
}
