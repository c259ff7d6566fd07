// What the SDK's client can do and the handler never does: in the bundle this takes its place. See `build.mjs`.

/** Of `@aws-sdk/credential-provider-node`: Lambda gives the credentials in the environment. */
export function defaultProvider() {
  return async () => {
    throw new Error('The handler has no credentials but those of its environment');
  };
}

/** Of `@smithy/core/event-streams`: no operation of Direct Connect streams events. */
export class EventStreamSerde {
  constructor() {
    throw new Error('The handler calls no operation that streams events');
  }
}

/** Of `node:fs/promises`: Lambda has no configuration files for the SDK to read. */
export async function readFile(path) {
  throw new Error(`The handler reads no files, and not ${path}`);
}

// Of `@smithy/core/retry`: the retries are the handler's own, since a call must not be repeated without a look.
export const RETRY_MODES = {};
export const DEFAULT_RETRY_MODE = 'standard';
export const NODE_MAX_ATTEMPT_CONFIG_OPTIONS = {};
export const NODE_RETRY_MODE_CONFIG_OPTIONS = {};

export function resolveRetryConfig(config) {
  return config;
}

/** Other parts of the client ask for their place by this one's name. */
export function getRetryPlugin() {
  const place = { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true };
  return { applyToStack: stack => stack.add(next => next, place) };
}
