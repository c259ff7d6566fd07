import { DirectConnectClient } from '@aws-sdk/client-direct-connect';
import { optionsOf, UsageError } from '../command-line';
import { cdkApp } from './cdk-app';
import { pull } from './pull';
import { redact } from './redact';

export const pullUsage = `Prints the Direct Connect network of an account as a state file, read with Describe calls alone.

direct-connect-sandbox pull [options] > network.json

  --region REGION  a Region to read; may be given again; the one of the environment without it
  --redact         pseudonyms for ids, names, ASNs and accounts
  --cdk            prints the CDK app that adopts what is there instead
  --help           this text

The credentials are those of the environment, as for the AWS CLI. Keys of BGP sessions are left out. What may not be read
is said in the file, and on standard error; exit code 1 where nothing at all could be read, else 0.`;

export interface PullIo {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly now: () => number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** @throws {UsageError} for a wrong option */
export async function pullCommand(argv: readonly string[], { environment, now, out, err }: PullIo): Promise<void> {
  const values = optionsOf(
    argv,
    {
      region: { type: 'string', multiple: true },
      redact: { type: 'boolean' },
      cdk: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    'pull --help',
  );
  if (values.help) return out(pullUsage);
  const ofEnvironment = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const regions = values.region ?? (ofEnvironment === undefined ? [] : [ofEnvironment]);
  if (regions.length === 0) throw new UsageError('No Region: pass --region, or set AWS_REGION');
  const read = await pull({
    clientFor: region => new DirectConnectClient({ region }),
    regions: [...new Set(regions)],
    now: new Date(now()),
  });
  const network = values.redact ? redact(read) : read;
  for (const line of network.pulled.notRead) err(`Not read: ${line}`);
  out(values.cdk ? cdkApp(network).trimEnd() : JSON.stringify(network, undefined, 2));
}
