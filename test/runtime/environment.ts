const FUNCTION_NAME = 'lambda-rproxy';
const REGION = 'eu-central-1';

/** The identity every invocation carries in `Lambda-Runtime-Invoked-Function-Arn`. */
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:123456789012:function:${FUNCTION_NAME}`;

/** The environment variables Lambda sets for a Node 24 function, and PATH, the only one that is inherited. */
export function lambdaEnvironment(values: {
  runtimeApi: string;
  taskRoot: string;
  handler: string;
  memoryMb: number;
}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PWD: values.taskRoot,
    _HANDLER: values.handler,
    LAMBDA_TASK_ROOT: values.taskRoot,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_RUNTIME_API: values.runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: FUNCTION_NAME,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(values.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FUNCTION_NAME}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  };
}

/** The flags Lambda starts Node with: heap limits follow the memory size. */
export function lambdaNodeFlags(memoryMb: number): string[] {
  // With `=`, because the runtime client filters the flags of its worker threads one array element at a time.
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(memoryMb * 0.05)}`,
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  ];
}
