import type { QueryInput, QueryValue } from '../../sandbox/cloudformation/input';
import { LogsApi } from '../../sandbox/logs/logs-api';
import type { Services } from '../../sandbox/services';
import { ADMINISTRATOR } from './network';

/** The lines of a text that are commands of the AWS CLI, as a reader would copy them: placeholders are theirs to fill in. */
export function awsCommandsIn(text: string): string[] {
  return [...text.matchAll(/^ *(aws [a-z]+ [a-z-]+ .*)$/gm)].map(([, command = '']) => command);
}

/**
 * Runs a command as the AWS CLI would, against the sandbox's services.
 *
 * @throws where a service is none of those that the guides' commands are for, and what the service throws
 */
export async function runAws(command: string, { directConnect, cloudFormation, logs, iam }: Services): Promise<object> {
  const [, service = '', operation = '', options = ''] = /^aws (\S+) (\S+) (.*)$/.exec(command) ?? [];
  const all = [...options.matchAll(/--([a-z-]+)((?: +(?!--)(?:'[^']*'|\S+))+)/g)].map(
    ([, name = '', values = '']) =>
      [
        pascal(name),
        [...values.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain),
      ] as const,
  );
  // The Region is the caller's.
  const given = all.filter(([name]) => name !== 'Region');
  switch (service) {
    case 'cloudformation': {
      const values: [string, QueryValue][] = given.map(([name, each]) => [
        name,
        name.endsWith('s') ? each : each.join(' '),
      ]);
      const input: QueryInput = Object.fromEntries(values);
      return cloudFormation.call(pascal(operation), input, ADMINISTRATOR);
    }
    case 'directconnect':
      return directConnect.call(pascal(operation), camelInput(given), ADMINISTRATOR);
    case 'logs':
      return new LogsApi(logs, iam.authorize).call(pascal(operation), camelInput(given), ADMINISTRATOR);
    default:
      throw new Error(`"${command}" is for none of cloudformation, directconnect and logs.`);
  }
}

const pascal = (name: string) => name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

function camelInput(given: readonly (readonly [string, readonly string[]])[]) {
  return Object.fromEntries(
    given.map(([name, values]) => {
      const value = values.join(' ');
      return [name.charAt(0).toLowerCase() + name.slice(1), /^\d+$/.test(value) ? Number(value) : value];
    }),
  );
}
