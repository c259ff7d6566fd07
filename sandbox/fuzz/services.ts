import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseState } from '../direct-connect/state-file';
import { requests } from './requests';
import { controlRequests } from './rest-requests';
import { tamper, tamperings } from './tampered';
import type { Target } from './target';
import { world } from './world';

const state = parseState(readFileSync(join(__dirname, '../example-state.json'), 'utf8'));

/** Requests in a row, to a sandbox of their own. */
const longest = 100;

/** Whether an answer is one that whoever asks has to do something about: S3 says 501 of what it does not have. */
const isFair = (status: number): boolean => status < 500 || status === 501;

const serviceTargets: readonly Target[] = Object.entries(requests).map(([service, request]) => ({
  name: service,
  property: count =>
    fc.asyncProperty(
      fc.array(fc.tuple(request, fc.constantFrom<0 | 1>(0, 1)), { minLength: 1, maxLength: longest, size: 'max' }),
      async all => {
        const { ask, check } = await world(state);
        for (const [unsigned, as] of all) {
          const { status, body } = await ask(service, unsigned, as);
          if (!isFair(status)) throw new Error(`${service} answers ${status}: ${body}`);
        }
        await check();
        count(all.length);
      },
    ),
}));

const controlTarget: Target = {
  name: 'control routes',
  property: count =>
    fc.asyncProperty(fc.array(controlRequests, { minLength: 1, maxLength: longest, size: 'max' }), async all => {
      const { askControl, check } = await world(state);
      for (const unsigned of all) {
        const answer = await askControl(unsigned);
        if (answer && !isFair(answer.status)) throw new Error(`It answers ${answer.status}: ${answer.body}`);
      }
      await check();
      count(all.length);
    }),
};

const signed = fc.oneof(
  ...Object.entries(requests).map(([service, request]) =>
    fc.tuple(fc.constant(service), request, fc.constantFrom<0 | 1>(0, 1)),
  ),
);

const signatureTarget: Target = {
  name: 'signatures',
  property: count =>
    fc.asyncProperty(
      fc.array(fc.tuple(signed, tamperings), { minLength: 1, maxLength: longest, size: 'max' }),
      async all => {
        const { ask, check } = await world(state);
        for (const [[service, unsigned, as], tampering] of all) {
          const { status, body } = await ask(service, unsigned, as, headers => tamper(headers, tampering));
          if (!isFair(status)) throw new Error(`It answers ${status}: ${body}`);
          if (tampering.isForged && status < 400)
            throw new Error(`It answers ${status} to a forged signature: ${body}`);
        }
        await check();
        count(all.length);
      },
    ),
};

export const endpointTargets: readonly Target[] = [...serviceTargets, signatureTarget, controlTarget];
