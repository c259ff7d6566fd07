import { AwsError } from './aws-error';
import type { Authorize, Caller } from './caller';
import type { QueryInput } from './cloudformation/input';
import { errorXml, parseQuery, toXml } from './cloudformation/query-protocol';
import { CloudWatchApi } from './cloudwatch/cloudwatch-api';
import { type Control, controlPath } from './control';
import { LostAnswer } from './direct-connect/faults';
import { toWire } from './direct-connect/wire';
import { EventsApi } from './events/events-api';
import { type HttpAnswer, type HttpRequest, header } from './http';
import { isTooDeep, tooDeep } from './json-depth';
import { LambdaRestApi } from './lambda/rest-api';
import { LogsApi } from './logs/logs-api';
import { randomUuid } from './random-text';
import { type Rates, rateExceeded } from './rates';
import { S3RestApi } from './s3/rest-api';
import type { Services } from './services';
import { isSignedWith, signatureOf } from './signature';
import { escapeXml } from './xml';

/** How a service writes its answers and errors. */
interface Endpoint {
  /** @param admit whether the call of an operation is within its rate */
  answer(
    request: HttpRequest,
    caller: Caller,
    requestId: string,
    admit: (operation: string) => boolean,
  ): Promise<HttpAnswer>;
  error(error: AwsError, requestId: string): HttpAnswer;
  /** What the service calls the error of an access key that it does not know. */
  readonly unknownKey: AwsError;
  /** The code of its error for a signature that is not right. */
  readonly wrongSignature: 'InvalidSignatureException' | 'SignatureDoesNotMatch';
}

const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const invalidToken = 'The security token included in the request is invalid.';
const signatureMismatch =
  'The request signature does not match the key: the sandbox has another key at each start, so take it from the export lines of the one that runs';

/** Finds out which service a request is for and who makes it, and has it answered in that service's own form. */
export class Endpoints {
  /** By signing name. */
  private readonly endpoints: { readonly [service: string]: Endpoint };

  constructor(
    private readonly services: Services,
    private readonly control: Control,
    private readonly responsePath: string,
    /** How often operations may be called. @default as often as anybody likes */
    private readonly rates?: Rates,
  ) {
    const { cloudFormation, cloudWatch, directConnect, dynamoDb, eventBridge, iam, lambda, logs, s3, ssm, sts } =
      services;
    const eventsApi = new EventsApi(eventBridge, iam.authorize);
    const cloudWatchApi = new CloudWatchApi(cloudWatch, iam.authorize);
    const lambdaApi = new LambdaRestApi(lambda, iam.authorize);
    const logsApi = new LogsApi(logs, iam.authorize);
    const s3Api = new S3RestApi(s3, iam.authorize);
    this.endpoints = {
      cloudformation: query(async (action, input, caller) => {
        if (caller.roleArn !== undefined) {
          const denial = await whyNotCloudFormation(iam.authorize, action, input, caller);
          if (denial !== undefined) throw new AwsError('AccessDenied', denial, 403);
        }
        return cloudFormation.call(action, input, caller);
      }),
      directconnect: json('OvertureService', async (operation, input, caller) =>
        toWire(await directConnect.call(operation, input, caller)),
      ),
      dynamodb: json(
        'DynamoDB_20120810',
        async (operation, input, caller) => JSON.stringify(await dynamoDb.call(operation, input, caller)),
        '1.0',
      ),
      events: json('AWSEvents', async (operation, input, caller) =>
        JSON.stringify(await eventsApi.call(operation, input, caller)),
      ),
      lambda: {
        answer: (request, caller) => lambdaApi.answer(request, caller),
        error: lambdaError,
        unknownKey: new AwsError('UnrecognizedClientException', invalidToken, 403),
        wrongSignature: 'InvalidSignatureException',
      },
      logs: json('Logs_20140328', async (operation, input, caller) =>
        JSON.stringify(await logsApi.call(operation, input, caller)),
      ),
      monitoring: json(
        'GraniteServiceVersion20100801',
        async (operation, input, caller) => toWire(await cloudWatchApi.call(operation, input, caller)),
        '1.0',
      ),
      s3: {
        answer: (request, caller) => s3Api.answer(request, caller),
        error: s3Error,
        unknownKey: new AwsError(
          'InvalidAccessKeyId',
          'The AWS Access Key Id you provided does not exist in our records.',
          403,
        ),
        wrongSignature: 'SignatureDoesNotMatch',
      },
      ssm: json('AmazonSSM', async (operation, input, caller) =>
        JSON.stringify(await ssm.call(operation, input, caller)),
      ),
      sts: query((action, input, caller) => sts.call(action, input, caller), stsNamespace),
    };
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    if (request.path.startsWith(controlPath)) return this.control.answer(request);
    const requestId = randomUuid(Math.random);
    if (request.path.startsWith(`${this.responsePath}/`)) return this.response(request, requestId);
    const signature = signatureOf(request);
    if (!signature) return jsonError(unsigned(request), requestId);
    const { service, region } = signature;
    if (!/^[a-z]{2}(-[a-z]{1,20}){1,3}-\d{1,2}$/.test(region)) {
      const message = `The Region ${region.slice(0, 100)} of the signature is none: it must be like eu-central-1`;
      return jsonError(new AwsError('InvalidSignatureException', message, 403), requestId);
    }
    const endpoint = Object.hasOwn(this.endpoints, service) ? this.endpoints[service] : undefined;
    if (!endpoint) return this.unsupported(request, service, requestId);
    const holder = this.services.sessions.holderOf(signature.accessKeyId);
    try {
      if (!holder) throw endpoint.unknownKey;
      if (!(await isSignedWith(holder.key, signature, request))) {
        throw new AwsError(endpoint.wrongSignature, signatureMismatch, 403);
      }
      const admit = (operation: string) => this.rates?.admit(service, operation, region) ?? true;
      const answer = await endpoint.answer(request, { ...holder.principal, region }, requestId, admit);
      return {
        ...answer,
        headers: { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, ...answer.headers },
      };
    } catch (error) {
      if (error instanceof LostAnswer) throw error;
      const answer = endpoint.error(asAwsError(error), requestId);
      return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
    }
  }

  /** What a custom resource's provider puts to its ResponseURL, which is one of S3's. */
  private response(request: HttpRequest, requestId: string): HttpAnswer {
    try {
      if (request.method !== 'PUT')
        throw new AwsError('MethodNotAllowed', `A ResponseURL takes PUT, not ${request.method}`, 405);
      const url = `${request.path}?${request.query}`;
      this.services.cloudFormation.respond(url, header(request, 'content-type'), request.body.toString('utf8'));
      return { status: 200 };
    } catch (error) {
      return s3Error(asAwsError(error), requestId);
    }
  }

  private unsupported(request: HttpRequest, service: string, requestId: string): HttpAnswer {
    const form = header(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
    const operation =
      header(request, 'x-amz-target') ??
      (form ? new URLSearchParams(request.body.toString('utf8')).get('Action') : undefined) ??
      `${request.method} ${request.path}`;
    const has = Object.keys(this.endpoints).join(', ');
    const message = `The sandbox does not have the service ${service}, asked for ${operation}; it has ${has}`;
    const error = new AwsError('UnknownOperationException', message, 400);
    return form ? queryError(error, requestId) : jsonError(error, requestId);
  }
}

/** AWS JSON; `perform` gives the answer's body. */
function json(
  target: string,
  perform: (operation: string, input: { readonly [name: string]: unknown }, caller: Caller) => Promise<string>,
  version: '1.0' | '1.1' = '1.1',
): Endpoint {
  return {
    unknownKey: new AwsError('UnrecognizedClientException', invalidToken, 400),
    wrongSignature: 'InvalidSignatureException',
    error: (error, requestId) => jsonError(error, requestId, version),
    answer: async (request, caller, _requestId, admit) => {
      const [prefix, operation] = (header(request, 'x-amz-target') ?? '').split('.');
      if (prefix !== target || !operation) {
        throw new AwsError('UnknownOperationException', `The header X-Amz-Target must be ${target}.<Operation>`);
      }
      if (!admit(operation)) throw rateExceeded('json');
      return { status: 200, headers: jsonHeaders(version), body: await perform(operation, jsonInput(request), caller) };
    },
  };
}

function jsonInput({ body }: HttpRequest): { readonly [name: string]: unknown } {
  const text = body.toString('utf8');
  if (isTooDeep(text)) throw new AwsError('SerializationException', `The request body ${tooDeep}`);
  try {
    const input: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch (cause) {
    throw new AwsError('SerializationException', `The request body is not JSON: ${cause}`, 400, { cause });
  }
  throw new AwsError('SerializationException', 'The request body must be a JSON object');
}

/** AWS Query: parameters in, XML out. */
function query(
  perform: (action: string, input: ReturnType<typeof parseQuery>['input'], caller: Caller) => Promise<object>,
  namespace?: string,
): Endpoint {
  return {
    unknownKey: new AwsError('InvalidClientTokenId', invalidToken, 403),
    wrongSignature: 'SignatureDoesNotMatch',
    error: (error, requestId) => queryError(error, requestId, namespace),
    answer: async (request, caller, requestId, admit) => {
      const parameters = request.method === 'GET' ? request.query.toString() : request.body.toString('utf8');
      const { action, input } = parseQuery(parameters);
      if (!admit(action)) throw rateExceeded('query');
      const body = toXml(action, await perform(action, input, caller), requestId, namespace);
      return { status: 200, headers: xmlHeaders, body };
    },
  };
}

const jsonHeaders = (version: '1.0' | '1.1') => ({ 'content-type': `application/x-amz-json-${version}` });
const xmlHeaders = { 'content-type': 'text/xml' };

const errorHeaders = ({ code }: AwsError, requestId: string) => ({
  'x-amzn-requestid': requestId,
  'x-amzn-errortype': code,
});

const jsonError = (error: AwsError, requestId: string, version: '1.0' | '1.1' = '1.1'): HttpAnswer => ({
  status: error.status,
  headers: { ...jsonHeaders(version), ...errorHeaders(error, requestId) },
  body: JSON.stringify({ __type: error.code, message: error.message }),
});

const lambdaError = (error: AwsError, requestId: string): HttpAnswer => ({
  status: error.status,
  headers: { 'content-type': 'application/json', ...errorHeaders(error, requestId) },
  body: JSON.stringify({ Type: error.status < 500 ? 'User' : 'Service', Message: error.message }),
});

const queryError = (error: AwsError, requestId: string, namespace?: string): HttpAnswer => ({
  status: error.status,
  headers: { ...xmlHeaders, ...errorHeaders(error, requestId) },
  body: errorXml(error, requestId, namespace),
});

const s3Error = (error: AwsError, requestId: string): HttpAnswer => ({
  status: error.status,
  headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
  body:
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
    `<Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
});

/** A fault of the sandbox itself is told as an answer and on standard error, with its stack. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  const message = `The sandbox failed: ${error instanceof Error ? error.message : error}`;
  return new AwsError('InternalFailure', message, 500, { cause: error });
}

/** What a role may ask of CloudFormation, of a stack that it names by its id: the rest is for administrators. */
const rolesMayAsk = ['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResource', 'ListStackResources'];

async function whyNotCloudFormation(
  authorize: Authorize,
  action: string,
  { StackName: stack }: QueryInput,
  caller: Caller,
): Promise<string | undefined> {
  if (rolesMayAsk.includes(action) && typeof stack === 'string' && stack.startsWith('arn:')) {
    return authorize(caller, `cloudformation:${action}`, stack);
  }
  const message = `User: ${caller.principalArn} is not authorized to perform: cloudformation:${action}`;
  return `${message}: in the sandbox a role may do ${rolesMayAsk.join(', ')} of a stack named by its id`;
}

function unsigned(request: HttpRequest): AwsError {
  const message = `${request.method} ${request.path} has no signature that names a Region and a service, and is no path of ${controlPath}`;
  return new AwsError('MissingAuthenticationToken', message, 403);
}
