import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Connection } from '@aws-sdk/client-direct-connect';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { backoff } from '../aws/backoff';
import type { Clock } from '../clock';
import type { Log } from '../log';
import { attributesOf } from './attributes';

/** What an event came to. */
export type Outcome =
  | { readonly status: 'done'; readonly physicalId: string; readonly connection?: Connection }
  | { readonly status: 'failed'; readonly physicalId: string; readonly reason: string };

/** CloudFormation user guide, "Custom resource response objects": "The total size of the response object cannot exceed 4096 bytes". */
const MAXIMUM_BYTES = 4096;

/** How often the answer is sent before the invocation fails, so that Lambda repeats the event. */
const ATTEMPTS = 6;

/** The answer could not be delivered. Its message never holds the URL. */
export class AnswerNotDelivered extends Error {
  override readonly name = 'AnswerNotDelivered';
}

/** Puts a body to a pre-signed URL and resolves to the HTTP status. */
export type Put = (url: string, body: Buffer) => Promise<number>;

/**
 * The answer as JSON, within 4096 bytes: a reason that is too long loses its end; if attributes are too long, the
 * longest is emptied first.
 */
export function answerBody(event: CloudFormationCustomResourceEvent, outcome: Outcome): Buffer {
  const data =
    outcome.status === 'done' && outcome.connection !== undefined ? attributesOf(outcome.connection) : undefined;
  const reason = outcome.status === 'failed' ? outcome.reason : undefined;
  let kept = reason?.length ?? 0;
  for (;;) {
    const shownReason = reason !== undefined && kept < reason.length ? `${reason.slice(0, kept)}…` : reason;
    const body = Buffer.from(
      JSON.stringify({
        Status: outcome.status === 'done' ? 'SUCCESS' : 'FAILED',
        ...(shownReason === undefined ? {} : { Reason: shownReason }),
        PhysicalResourceId: outcome.physicalId,
        StackId: event.StackId,
        RequestId: event.RequestId,
        LogicalResourceId: event.LogicalResourceId,
        ...(data === undefined ? {} : { Data: data }),
      }),
    );
    const excess = body.length - MAXIMUM_BYTES;
    if (excess <= 0) return body;
    const [longest] = Object.entries(data ?? {}).sort(([, one], [, other]) => other.length - one.length);
    if (data !== undefined && longest !== undefined && longest[1] !== '') data[longest[0]] = '';
    // A character is at most six bytes of JSON: never cut more than is needed.
    else if (kept > 0) kept = Math.max(0, kept - Math.ceil(excess / 6));
    else return body;
  }
}

/**
 * Sends the answer to where CloudFormation waits for it, and repeats that until it is taken.
 *
 * @throws {AnswerNotDelivered} when it was not taken {@link ATTEMPTS} times
 */
export async function deliver(
  event: CloudFormationCustomResourceEvent,
  outcome: Outcome,
  tools: { readonly put: Put; readonly clock: Clock; readonly random: () => number; readonly log: Log },
): Promise<void> {
  const body = answerBody(event, outcome);
  for (let attempt = 1; ; attempt++) {
    const cause = await tryPut(tools.put, event.ResponseURL, body);
    tools.log({
      step: 'answer',
      attempt,
      outcome: outcome.status,
      physicalId: outcome.physicalId,
      ...(outcome.status === 'failed' ? { reason: outcome.reason } : {}),
      ...(cause === undefined ? {} : { cause }),
    });
    if (cause === undefined) return;
    if (attempt === ATTEMPTS) {
      throw new AnswerNotDelivered(
        `CloudFormation's response URL did not take the answer in ${ATTEMPTS} attempts: ${cause}`,
      );
    }
    await tools.clock.sleep(backoff('transient', attempt, tools.random()));
  }
}

/** @returns what went wrong, without the URL, which is a secret that errors of Node.js may hold */
async function tryPut(put: Put, url: string, body: Buffer): Promise<string | undefined> {
  try {
    const status = await put(url, body);
    return status >= 200 && status < 300 ? undefined : `HTTP status ${status}`;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown error';
  }
}

/** The pre-signed URL is signed for an empty content type: any other is refused by S3. */
export const putOverHttp: Put = (url, body) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const outgoing = send(
      url,
      { method: 'PUT', headers: { 'content-type': '', 'content-length': body.length }, timeout: 10_000 },
      response => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
