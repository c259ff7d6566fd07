import { type HttpAnswer, jsonAnswer } from './http';

export interface BodyLimits {
  /** Bytes of one body. */
  readonly body: number;
  /** Bytes of all bodies that are still arriving. */
  readonly bodies: number;
}

/** Reads bodies. One over a limit is read to its end, so that its sender sees the answer, but not kept. */
export class RequestBodies {
  /** Bytes that have arrived of the bodies that are not complete. */
  private arriving = 0;

  constructor(private readonly limits: BodyLimits) {}

  /** @returns the refusal of a body over a limit */
  async read(message: AsyncIterable<Buffer>): Promise<Buffer | HttpAnswer> {
    let chunks: Buffer[] = [];
    let length = 0;
    let refusal: HttpAnswer | undefined;
    try {
      for await (const chunk of message) {
        if (refusal) continue;
        length += chunk.length;
        this.arriving += chunk.length;
        chunks.push(chunk);
        refusal = this.refusalOf(length);
        if (!refusal) continue;
        this.arriving -= length;
        length = 0;
        chunks = [];
      }
      return refusal ?? Buffer.concat(chunks);
    } finally {
      this.arriving -= length;
    }
  }

  private refusalOf(length: number): HttpAnswer | undefined {
    const { body, bodies } = this.limits;
    if (length > body) return jsonAnswer(413, { message: `A request's body may have at most ${body} bytes` });
    if (this.arriving <= bodies) return undefined;
    return jsonAnswer(503, { message: `All bodies that are arriving may have ${bodies} bytes together: try again` });
  }
}
