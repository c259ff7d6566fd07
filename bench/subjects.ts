import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  type AwsSdkCall,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { zipSync } from 'fflate';
import { LagMembership } from '../lib';

export interface Pair {
  readonly connectionId: string;
  readonly lagId: string;
}

/** What a user would put into a stack for a pair. */
export interface Subject {
  readonly name: string;
  /** @param touched whether something else of the resources is changed, so that CloudFormation updates them */
  add(stack: Stack, pairs: readonly Pair[], touched: boolean): void;
}

export const lagMembership: Subject = {
  name: 'LagMembership',
  add: (stack, pairs, touched) => {
    pairs.forEach((pair, index) => {
      new LagMembership(stack, `M${index}`, { ...pair, ...(touched ? { allowMove: true } : {}) });
    });
  },
};

/** Its documentation's way: one policy a resource, from the calls, on any resource. */
export const awsCustomResource: Subject = {
  name: 'AwsCustomResource',
  add: (stack, pairs, touched) => {
    const policy = AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE });
    pairs.forEach((pair, index) => {
      new AwsCustomResource(stack, `M${index}`, { ...calls(pair, touched), policy, installLatestAwsSdk: false });
    });
  },
};

/** For who has found out that a role holds some fifty such policies: one role, made by hand, for all. */
export const awsCustomResourceOneRole: Subject = {
  name: 'AwsCustomResource, one role',
  add: (stack, pairs, touched) => {
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const actions = ['AssociateConnectionWithLag', 'DisassociateConnectionFromLag'];
    role.addToPolicy(
      new PolicyStatement({ actions: actions.map(action => `directconnect:${action}`), resources: ['*'] }),
    );
    pairs.forEach((pair, index) => {
      const resource = new AwsCustomResource(stack, `M${index}`, {
        ...calls(pair, touched),
        role,
        installLatestAwsSdk: false,
      });
      resource.node.addDependency(role);
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
  /** JSON, as it is uploaded. */
  readonly template: string;
  readonly resources: number;
  /** The zipped assets, by their key in the bootstrap bucket. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
}

/** Synthesizes a stack with a membership for each pair, as the CDK CLI would have it done. */
export function synthesize(subject: Subject, pairs: readonly Pair[], touched = false): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    const stack = new Stack(app, 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
    subject.add(stack, pairs, touched);
    const artifact = app.synth().getStackArtifact(stack.artifactId);
    const template = readFileSync(artifact.templateFullPath, 'utf8');
    const { files } = JSON.parse(readFileSync(join(outdir, `${stack.artifactId}.assets.json`), 'utf8'));
    const assets = new Map<string, Uint8Array>();
    for (const { source, destinations } of Object.values<AssetFile>(files)) {
      if (source.packaging !== 'zip') continue;
      const code = { 'index.js': new Uint8Array(readFileSync(join(outdir, source.path, 'index.js'))) };
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, zipSync(code, { level: 1 }));
    }
    return { template, resources: Object.keys(JSON.parse(template).Resources).length, assets };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

interface AssetFile {
  readonly source: { readonly path: string; readonly packaging: string };
  readonly destinations: { readonly [name: string]: { readonly objectKey: string } };
}
