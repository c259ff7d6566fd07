import type { Clock } from '../clock';
import { randomUuid } from '../random-text';
import { type Answer, readAnswer } from './custom-resource-answer';
import { ResponseUrls } from './custom-resource-response-urls';
import { isArray, isObject, isScalar } from './json';
import type { Json, Properties, ResourceContext, ResourceState, ResourceType } from './resource-type';

/** Sends an event to a Lambda function as an asynchronous invocation. @throws AwsError where there is no such function */
export type InvokeAsynchronously = (functionArn: string, event: object) => void;

export interface CustomResourceOptions {
  readonly clock: Clock;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly invokeAsynchronously: InvokeAsynchronously;
  /** Where answers are put, without a slash at its end. A function where the port is not known from the start. */
  readonly responseUrlBase: string | (() => string);
  /** Whether a request goes on that is not wanted any more. */
  readonly waitForInFlight: boolean;
}

/** A request to a custom resource's provider that failed. */
export class CustomResourceFailure extends Error {
  override readonly name = 'CustomResourceFailure';

  constructor(
    message: string,
    /** The physical id that the provider's answer carried, if any. */
    readonly physicalId: string | undefined,
  ) {
    super(message);
  }
}

/** Seconds. Source: the reference page of AWS::CloudFormation::CustomResource. */
const longestServiceTimeout = 3600;

type RequestType = 'Create' | 'Update' | 'Delete';

interface Request {
  readonly type: RequestType;
  readonly resourceType: string;
  readonly properties: Properties;
  readonly old?: Properties;
  readonly physicalId?: string;
  readonly context: ResourceContext;
}

/**
 * `AWS::CloudFormation::CustomResource` and `Custom::…`: sends the provider its requests and waits for its answers.
 * Source: "CloudFormation custom resource request and response reference" in the CloudFormation User Guide.
 */
export class CustomResources {
  private readonly responseUrls: ResponseUrls;

  constructor(private readonly options: CustomResourceOptions) {
    this.responseUrls = new ResponseUrls(options);
  }

  resourceType(typeName: string): ResourceType {
    return {
      typeName,
      properties: {},
      required: ['ServiceToken'],
      create: (properties, context) =>
        this.request({ type: 'Create', resourceType: typeName, properties: asText(properties), context }),
      update: (physicalId, properties, old, context) =>
        this.request({
          type: 'Update',
          resourceType: typeName,
          physicalId,
          properties: asText(properties),
          old: asText(old),
          context,
        }),
      delete: async (physicalId, properties, context) => {
        await this.request({
          type: 'Delete',
          resourceType: typeName,
          physicalId,
          properties: asText(properties),
          context,
        });
      },
    };
  }

  /**
   * Takes what a provider puts to a ResponseURL. Like S3, it takes anything that the URL is good for, and knows
   * nothing of what CloudFormation makes of it.
   *
   * @param url path and query of the request, or the whole URL
   * @param contentType the Content-Type header; the URL is signed for none
   * @throws AwsError with status 403, as S3 answers it
   */
  respond(url: string, contentType: string | undefined, body: string): void {
    this.responseUrls.put(url, contentType, body);
  }

  private async request(request: Request): Promise<ResourceState> {
    const { context, type, resourceType, properties, old, physicalId } = request;
    const { ServiceToken: serviceToken, ServiceTimeout: serviceTimeout } = properties;
    const seconds = timeoutSeconds(serviceTimeout);
    if (typeof serviceToken !== 'string' || !/^arn:[^:]+:lambda:/.test(serviceToken))
      throw new Error(
        `ServiceToken ${JSON.stringify(serviceToken)} is not a Lambda function's ARN; the sandbox supports no other.`,
      );
    const requestId = randomUuid(this.options.random);
    const { stackId, logicalId } = context;
    const responseObject = `${stackId}|${logicalId}|${requestId}`;
    const answer = this.responseUrls.open(responseObject);
    const event = {
      RequestType: type,
      ServiceToken: serviceToken,
      ResponseURL: answer.url,
      StackId: stackId,
      RequestId: requestId,
      LogicalResourceId: logicalId,
      ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
      ResourceType: resourceType,
      ResourceProperties: properties,
      ...(old === undefined ? {} : { OldResourceProperties: old }),
    };
    const body = await this.exchange(event, serviceToken, answer, seconds, request);
    const read = readAnswer(body, { stackId, requestId, logicalId });
    if (read.status === 'FAILED') throw this.failure(request, read.reason, read.physicalId);
    return stateOf(read, responseObject, type === 'Delete' ? physicalId : undefined);
  }

  /** Sends the event and waits for the answer's body. */
  private async exchange(
    event: object & { readonly RequestId: string },
    functionArn: string,
    answer: { readonly body: Promise<string>; readonly close: () => void },
    seconds: number,
    request: Request,
  ): Promise<string> {
    const over = new AbortController();
    const { waitForInFlight } = this.options;
    const cancelled = waitForInFlight ? undefined : request.context.cancelled;
    const giveUp = () => over.abort();
    cancelled?.addEventListener('abort', giveUp);
    try {
      this.options.invokeAsynchronously(functionArn, event);
      const timedOut = this.options.clock.sleep(seconds * 1000, over.signal).then(() => undefined);
      const body = await Promise.race([answer.body, timedOut]);
      if (body !== undefined) return body;
    } finally {
      cancelled?.removeEventListener('abort', giveUp);
      answer.close();
      over.abort();
    }
    throw this.failure(
      request,
      cancelled?.aborted
        ? 'Resource cancelled'
        : `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${event.RequestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.`,
      undefined,
    );
  }

  /** A failed Create has a physical id in any case: CloudFormation invents one where the provider gave none. */
  private failure({ type, context }: Request, message: string, physicalId: string | undefined): CustomResourceFailure {
    const invented = type === 'Create' ? context.generatedName(255) : undefined;
    return new CustomResourceFailure(message, physicalId ?? invented);
  }
}

function stateOf(answer: Extract<Answer, { status: 'SUCCESS' }>, responseObject: string, kept?: string): ResourceState {
  // What CloudFormation makes of another physical id in the answer to a Delete is not documented: it is ignored.
  return {
    physicalId: kept ?? answer.physicalId,
    attributes: flattened(answer.data),
    noEcho: answer.noEcho,
    responseObject,
  };
}

/** `{a: {b: 1}}` as `{'a.b': 1}` too, because `Fn::GetAtt` reaches into nested data with dots. */
function flattened(data: Properties): Properties {
  const attributes: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(data)) {
    attributes[name] = value;
    if (isObject(value))
      for (const [inner, item] of Object.entries(flattened(value))) attributes[`${name}.${inner}`] = item;
  }
  return attributes;
}

/** Numbers and booleans reach a provider as text. */
function asText(properties: Properties): Properties {
  const convert = (value: Json): Json => {
    if (isScalar(value)) return String(value);
    if (isArray(value)) return value.map(convert);
    return isObject(value) ? asText(value) : value;
  };
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, convert(value)]));
}

function timeoutSeconds(value: Json | undefined): number {
  if (value === undefined) return longestServiceTimeout;
  const seconds = isScalar(value) ? Number(value) : Number.NaN;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestServiceTimeout) return seconds;
  throw new Error(
    `ServiceTimeout is a whole number of seconds from 1 to ${longestServiceTimeout}; got ${JSON.stringify(value)}.`,
  );
}
