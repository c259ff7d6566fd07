import fc from 'fast-check';
import { endpointTargets } from './services';
import { stateFileTarget } from './state-file';

const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', remember));
afterAll(() => process.off('unhandledRejection', remember));

test.each([...endpointTargets, stateFileTarget].map(target => [target.name, target] as const))(
  '%s: no input ends it or gets a 500, its state reads back, and no ResponseURL is told',
  async (_name, { property }) => {
    await fc.assert(
      property(() => {}),
      { numRuns: 25 },
    );
    expect(unhandled).toEqual([]);
  },
  60_000,
);
