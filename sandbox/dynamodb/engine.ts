import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';

/** What is used of dynalite, which has no types of its own. Times are in milliseconds. */
type Dynalite = (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => Server;

export interface EngineAnswer {
  /** HTTP status. */
  readonly status: number;
  /** JSON, or nothing. */
  readonly body: string;
}

/** Tables of one account and Region: takes a request's operation and body. */
export type Engine = (operation: string, input: object) => Promise<EngineAnswer>;

/** With a signature for dynalite, which looks at its form only. Who calls was found out before. */
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  authorization: 'AWS4-HMAC-SHA256 Credential=sandbox, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};

/**
 * A dynalite with no tables, in memory. It listens nowhere: requests are handed to its HTTP server as what it uses of
 * Node.js's own, without a socket. So there is nothing to close.
 *
 * Loaded at the first use, because that takes some 50 ms, and with `require`, because a virtual clock cannot wait for
 * what `import()` gives.
 */
export function createEngine(): Engine {
  const dynalite: Dynalite = require('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  return (operation, input) =>
    new Promise(resolve => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      });
      const response = {
        statusCode: 200,
        setHeader: () => {},
        end: (body = '') => resolve({ status: response.statusCode, body }),
      };
      server.emit('request', request, response);
      request.emit('data', Buffer.from(JSON.stringify(input)));
      request.emit('end');
    });
}
