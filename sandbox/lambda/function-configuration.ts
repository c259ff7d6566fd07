import { AwsError } from '../aws-error';

/** A function's settings, in the terms of Lambda's API. */
export interface FunctionConfiguration {
  readonly functionName: string;
  readonly handler: string;
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  /** ARN. */
  readonly role: string;
  readonly description: string;
  /** Seconds, 1 to 900. */
  readonly timeout: number;
  /** MiB, 128 to 10,240. Told to the function; not enforced. */
  readonly memorySize: number;
  readonly environment: { readonly [name: string]: string };
  readonly logGroup: string;
  /** Invocations at a time; none may run at 0. No limit of its own where `undefined`. */
  readonly reservedConcurrentExecutions: number | undefined;
}

/** How asynchronous invocations of a function are treated. */
export interface EventInvokeConfig {
  /** Seconds, 60 to 21,600. @default 21,600 (six hours) */
  readonly maximumEventAgeInSeconds: number;
  /** 0 to 2. @default 2 */
  readonly maximumRetryAttempts: number;
}

export const defaultEventInvokeConfig: EventInvokeConfig = {
  maximumEventAgeInSeconds: 21_600,
  maximumRetryAttempts: 2,
};

/** Source: Lambda Developer Guide, "Defined runtime environment variables", those marked as reserved. */
const reservedVariables = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];

/** @throws {AwsError} InvalidParameterValueException, naming the setting, its value and what is allowed */
export function checkConfiguration(configuration: FunctionConfiguration): void {
  const { functionName, runtime, handler, environment } = configuration;
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(functionName)) {
    throw invalid(`FunctionName ${functionName} must be 1 to 64 letters, digits, hyphens and underscores`);
  }
  if (!/^nodejs\d+\.x$/.test(runtime)) {
    throw invalid(`Runtime ${runtime} is not supported by the sandbox: it runs Node.js functions (nodejs<version>.x)`);
  }
  if (!/^[^\s.][^\s]*\.[^\s.]+$/.test(handler)) {
    throw invalid(`Handler ${handler} must be <file>.<function>, such as index.handler`);
  }
  checkNumber('Timeout', configuration.timeout, 1, 900);
  checkNumber('MemorySize', configuration.memorySize, 128, 10_240);
  const reserved = configuration.reservedConcurrentExecutions;
  if (reserved !== undefined) checkNumber('ReservedConcurrentExecutions', reserved, 0, 1000);
  const taken = Object.keys(environment).filter(name => reservedVariables.includes(name));
  if (taken.length > 0) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        'provided contains reserved keys that are currently not supported for modification. ' +
        `Reserved keys used in this request: ${taken.join(', ')}`,
    );
  }
  const wrong = Object.keys(environment).find(name => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name));
  if (wrong !== undefined) {
    throw invalid(
      `The environment variable ${wrong} must begin with a letter and go on with letters, digits and underscores`,
    );
  }
  if (JSON.stringify(environment).length > 4096) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        'provided exceeded the 4KB limit.',
    );
  }
}

/** @throws {AwsError} InvalidParameterValueException */
export function checkEventInvokeConfig(config: EventInvokeConfig): void {
  checkNumber('MaximumEventAgeInSeconds', config.maximumEventAgeInSeconds, 60, 21_600);
  checkNumber('MaximumRetryAttempts', config.maximumRetryAttempts, 0, 2);
}

function checkNumber(name: string, value: number, minimum: number, maximum: number): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw invalid(`${name} ${value} must be a whole number from ${minimum} to ${maximum}`);
  }
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
