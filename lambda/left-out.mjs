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
