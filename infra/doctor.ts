import { awsCli } from './aws.ts';
import { readDoctorOptions, usage } from './doctor/command-line.ts';
import { readDeployed } from './doctor/deployed.ts';
import { examine } from './doctor/examine.ts';
import { examineStack } from './doctor/examine-stack.ts';
import { reportText } from './doctor/report.ts';
import { configFrom } from './doctor/settings.ts';
import { runMain } from './user-error.ts';

/** `npm run doctor`: checks a backend from this machine with the function's own code, and the public URL of a stack. */
await runMain(async (words) => {
  const options = readDoctorOptions(words, process.env['REMOTE_URL']);
  const { help, json, path, publicHost, stackName, parameters } = options;
  if (help) {
    console.log(usage);
    return;
  }
  const facts = {
    publicHost,
    inVpc: (parameters['SubnetIds'] ?? '') !== '',
    streams: parameters['InvokeMode'] === 'RESPONSE_STREAM',
  };
  const report =
    stackName === undefined
      ? await examine(configFrom(parameters), path, facts)
      : await examineStack(await readDeployed(awsCli(options), stackName, parameters), path);
  console.log(json ? JSON.stringify(report, undefined, 2) : reportText(report));
  process.exitCode = report.exitCode;
});
