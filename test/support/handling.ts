import { handle, type World } from '../../lambda/handle';
import { A, CONNECTION, connection, handlerSide, network } from './network';
import { clock, MINUTE, stackThat } from './settling';
import { memoryTable } from './table';

/** Handles what has come, as nothing that CloudFormation is at work on, and tells what was done about it. */
export async function handling(event: unknown, isResponseUrl = true) {
  const service = network(clock, [connection(CONNECTION, { lagId: A })]);
  const puts: string[] = [];
  const lines: string[] = [];
  const world: World = {
    directConnect: () => handlerSide(service),
    cloudFormation: stackThat({ status: 'UPDATE_COMPLETE' }),
    table: memoryTable(),
    clock,
    random: () => 0.5,
    put: async (_, body) => {
      puts.push(body.toString());
      return 200;
    },
    isResponseUrl: () => isResponseUrl,
    write: line => lines.push(line),
  };
  await clock.run(handle(event, 15 * MINUTE, world));
  return { service, puts, log: lines.join('') };
}
