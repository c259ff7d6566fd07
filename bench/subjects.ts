import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  type AwsSdkCall,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { zipSync } from 'fflate';
import { LagMembership, type LagMembershipProvider, LagMemberships } from '../lib';

export interface Pair {
  readonly connectionId: string;
  readonly lagId: string;
}

/** What a user would put into a stack for a pair. */
export interface Subject {
  readonly name: string;
  /** @returns the construct of each pair */
  add(stack: Stack, pairs: readonly Pair[], how: How): IConstruct[];
}

/** Which of the memberships are another way. */
interface How {
  /** Whether something else of a resource is changed, so that CloudFormation updates it: a membership may be moved then. */
  readonly isTouched: (index: number) => boolean;
  readonly idOf: (index: number) => string;
  /** Of another stack, where one has it. */
  readonly provider?: LagMembershipProvider | undefined;
}

export const lagMembership: Subject = {
  name: 'LagMembership',
  add: (stack, pairs, { isTouched, idOf, provider }) =>
    pairs.map((pair, index) => {
      const props = { ...pair, ...(isTouched(index) ? { allowMove: true } : {}), ...(provider ? { provider } : {}) };
      return new LagMembership(stack, idOf(index), props);
    }),
};

/** What looks again and again, once a day by itself. */
export const checking: Subject = {
  name: 'LagMembership, `checkEvery`',
  add: (stack, pairs, { idOf }) =>
    pairs.map((pair, index) => {
      const membership = new LagMembership(stack, idOf(index), pair);
      membership.provider.checkEvery(Duration.days(1));
      return membership;
    }),
};

/** What AWS moves in one call. */
export const reassociating: Subject = {
  name: 'LagMembership, `reassociate`',
  add: (stack, pairs, { idOf }) =>
    pairs.map((pair, index) => new LagMembership(stack, idOf(index), { ...pair, reassociate: true })),
};

/** A LAG's members as one construct. */
export const lagMemberships: Subject = {
  name: 'LagMemberships',
  add: (stack, pairs, { provider }) =>
    [...new Set(pairs.map(({ lagId }) => lagId))].flatMap((lagId, index) => {
      const connectionIds = pairs.filter(pair => pair.lagId === lagId).map(pair => pair.connectionId);
      const props = { lagId, connectionIds, ...(provider ? { provider } : {}) };
      return new LagMemberships(stack, `Links${index}`, props).members;
    }),
};

/** Its documentation's way: one policy a resource, from the calls, on any resource. */
export const awsCustomResource: Subject = {
  name: 'AwsCustomResource',
  add: (stack, pairs, { isTouched, idOf }) => {
    const policy = AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE });
    return pairs.map((pair, index) => {
      const props = { ...calls(pair, isTouched(index)), policy, installLatestAwsSdk: false };
      return new AwsCustomResource(stack, idOf(index), props);
    });
  },
};

/** For who has found out that a role holds some fifty such policies: one role, made by hand, for all. */
export const awsCustomResourceOneRole: Subject = {
  name: 'AwsCustomResource, one role',
  add: (stack, pairs, { isTouched, idOf }) => {
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const actions = ['AssociateConnectionWithLag', 'DisassociateConnectionFromLag'];
    role.addToPolicy(
      new PolicyStatement({ actions: actions.map(action => `directconnect:${action}`), resources: ['*'] }),
    );
    return pairs.map((pair, index) => {
      const props = { ...calls(pair, isTouched(index)), role, installLatestAwsSdk: false };
      const resource = new AwsCustomResource(stack, idOf(index), props);
      resource.node.addDependency(role);
      return resource;
    });
  },
};

function calls({ connectionId, lagId }: Pair, touched: boolean) {
  const call = (action: string): AwsSdkCall => ({
    service: 'direct-connect',
    action,
    parameters: { connectionId, lagId },
    physicalResourceId: PhysicalResourceId.of(connectionId),
  });
  const { physicalResourceId: _, ...onDelete } = call('DisassociateConnectionFromLag');
  return {
    onCreate: call('AssociateConnectionWithLag'),
    onUpdate: call('AssociateConnectionWithLag'),
    onDelete: { ...onDelete, ...(touched ? { ignoreErrorCodesMatching: 'NoSuchThing' } : {}) },
  };
}

export interface Synthesized {
  readonly stackName: string;
  /** JSON, as it is uploaded. */
  readonly template: string;
  readonly resources: number;
  /** Zips the assets, which is no part of a synthesis: by their key in the bootstrap bucket. */
  readonly zipAssets: () => ReadonlyMap<string, Uint8Array>;
}

/** Of a stack. */
export interface Variation {
  /** How many memberships, the last ones, are changed in something else. @default none */
  readonly touched?: number;
  /** How many memberships, the last ones, are by another name. @default none */
  readonly renamed?: number;
  /** Whether another resource fails when all memberships are there. @default false */
  readonly failsAtTheEnd?: boolean;
}

/** Synthesizes a stack with a membership for each pair, as the CDK CLI would have it done. */
export function synthesize(subject: Subject, pairs: readonly Pair[], variation: Variation = {}): Synthesized {
  const [synthesized] = synthesizeAll(subject, [pairs], variation);
  if (synthesized === undefined) throw new Error('There is no stack');
  return synthesized;
}

/** Synthesizes an app of stacks, which share the provider of the first one, where the subject has one. */
export function synthesizeAll(
  subject: Subject,
  stacks: readonly (readonly Pair[])[],
  { touched = 0, renamed = 0, failsAtTheEnd = false }: Variation = {},
): Synthesized[] {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    let provider: LagMembershipProvider | undefined;
    const ids = stacks.map((pairs, place) => {
      const id = place === 0 ? 'Network' : `Network${place + 1}`;
      const stack = new Stack(app, id, { env: { account: '111122223333', region: 'eu-central-1' } });
      const memberships = subject.add(stack, pairs, {
        isTouched: index => index >= pairs.length - touched,
        idOf: index => `${index >= pairs.length - renamed ? 'Renamed' : 'M'}${index}`,
        provider,
      });
      if (memberships[0] instanceof LagMembership) provider = memberships[0].provider;
      if (failsAtTheEnd) {
        const properties = { action: 'lambda:InvokeFunction', functionName: 'none', principal: 'events.amazonaws.com' };
        new CfnPermission(stack, 'Failing', properties).node.addDependency(...memberships);
      }
      return stack.artifactId;
    });
    const assembly = app.synth();
    return ids.map(id => synthesizedStack(outdir, assembly.getStackArtifact(id)));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function synthesizedStack(outdir: string, { id, templateFullPath }: CloudFormationStackArtifact): Synthesized {
  const template = readFileSync(templateFullPath, 'utf8');
  const { files } = JSON.parse(readFileSync(join(outdir, `${id}.assets.json`), 'utf8'));
  const code = new Map<string, Uint8Array>();
  for (const { source, destinations } of Object.values<AssetFile>(files)) {
    if (source.packaging !== 'zip') continue;
    const bytes = new Uint8Array(readFileSync(join(outdir, source.path, 'index.js')));
    for (const { objectKey } of Object.values(destinations)) code.set(objectKey, bytes);
  }
  const zipAssets = () => new Map([...code].map(([key, bytes]) => [key, zipSync({ 'index.js': bytes }, { level: 1 })]));
  return { stackName: id, template, resources: Object.keys(JSON.parse(template).Resources).length, zipAssets };
}

interface AssetFile {
  readonly source: { readonly path: string; readonly packaging: string };
  readonly destinations: { readonly [name: string]: { readonly objectKey: string } };
}
