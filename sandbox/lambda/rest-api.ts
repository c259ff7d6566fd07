import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import { decodedPath, type HttpAnswer, type HttpRequest, header, jsonAnswer } from '../http';
import { isTooDeep, tooDeep } from '../json-depth';
import type { Lambda, LambdaFunction } from './lambda';

const path = /^\/2015-03-31\/functions\/([^/]+)(?:\/(invocations|configuration))?$/;

/** Lambda's REST API: Invoke, GetFunction and GetFunctionConfiguration. */
export class LambdaRestApi {
  constructor(
    private readonly lambda: Lambda,
    private readonly authorize: Authorize,
  ) {}

  async answer(request: HttpRequest, caller: Caller): Promise<HttpAnswer> {
    const [, encodedName, what] = path.exec(request.path) ?? [];
    const operation = `${request.method} ${what ?? 'function'}`;
    if (encodedName === undefined || !['POST invocations', 'GET configuration', 'GET function'].includes(operation)) {
      const has = 'Invoke, GetFunction and GetFunctionConfiguration';
      const message = `The sandbox does not support Lambda's ${request.method} ${request.path}; it supports ${has}`;
      throw new AwsError('UnknownOperationException', message, 404);
    }
    const name = decodedPath(encodedName);
    const qualifier = request.query.get('Qualifier') ?? '$LATEST';
    const found = qualifier === '$LATEST' ? this.lambda.findFunction(caller.region, name) : undefined;
    const arn = found?.arn ?? `arn:aws:lambda:${caller.region}:${caller.accountId}:function:${name}`;
    const permission = { 'POST invocations': 'InvokeFunction', 'GET configuration': 'GetFunctionConfiguration' }[
      operation
    ];
    const denial = await this.authorize(caller, `lambda:${permission ?? 'GetFunction'}`, arn);
    if (denial !== undefined) throw new AwsError('AccessDeniedException', denial, 403);
    if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    if (what === 'invocations') return this.invoke(request, found);
    const configuration = describe(found);
    return jsonAnswer(200, what === 'configuration' ? configuration : { Configuration: configuration, Tags: {} });
  }

  private async invoke(request: HttpRequest, { arn }: LambdaFunction): Promise<HttpAnswer> {
    const event = eventOf(request);
    const type = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
    if (type === 'DryRun') return { status: 204 };
    if (type === 'Event') {
      this.lambda.invokeAsynchronously(arn, event);
      return { status: 202 };
    }
    if (type !== 'RequestResponse' || header(request, 'x-amz-log-type') === 'Tail') {
      const message = `The sandbox does not support InvocationType ${type} with LogType ${header(request, 'x-amz-log-type') ?? 'None'}`;
      throw new AwsError('InvalidParameterValueException', message);
    }
    const { requestId, outcome } = await this.lambda.invoke(arn, event);
    const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
    if (outcome.kind === 'answer') return { status: 200, headers, body: JSON.stringify(outcome.payload) };
    const { errorType, errorMessage, trace } = outcome;
    return {
      status: 200,
      headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
      body: JSON.stringify({ errorType, errorMessage, requestId, ...(trace && { trace }) }),
    };
  }
}

function eventOf(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  const text = request.body.toString('utf8');
  if (isTooDeep(text)) throw new AwsError('InvalidRequestContentException', `The payload ${tooDeep}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = 'Could not parse request body into json: the payload must be JSON';
    throw new AwsError('InvalidRequestContentException', message, 400, { cause });
  }
}

const describe = ({ arn, configuration, code, lastModified }: LambdaFunction) => ({
  FunctionName: configuration.functionName,
  FunctionArn: arn,
  Runtime: configuration.runtime,
  Role: configuration.role,
  Handler: configuration.handler,
  CodeSize: code.size,
  CodeSha256: code.sha256,
  Description: configuration.description,
  Timeout: configuration.timeout,
  MemorySize: configuration.memorySize,
  LastModified: new Date(lastModified).toISOString().replace('Z', '+0000'),
  Version: '$LATEST',
  Environment: { Variables: configuration.environment },
  LoggingConfig: { LogFormat: 'Text', LogGroup: configuration.logGroup },
  PackageType: 'Zip',
  State: 'Active',
  LastUpdateStatus: 'Successful',
});
