import fc from 'fast-check';
import { runScenario } from './deployments';
import { scenario } from './scenarios';

jest.setTimeout(120_000);

test('some hundreds of random sequences of deployments leave the network as the last good template says', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async each => void (await runScenario(each))),
    { numRuns: 400 },
  );
});
