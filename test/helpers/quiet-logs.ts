/** The function's own log lines would drown a test run's report; tests that read them use `logsOf`. */
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = ((...parameters: Parameters<typeof write>) =>
    String(parameters[0]).startsWith('{"level":') || write(...parameters)) as typeof stream.write;
}
