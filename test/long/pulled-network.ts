import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/index';

export const ROOT = join(__dirname, '..', '..');
export const home = { ownerAccount: '999988887777', region: 'us-west-2', location: 'EqSV5' };
export const LAGS = ['dxlag-0000000a', 'dxlag-0000000b', 'dxlag-0000000c'];
export const connections = Array.from({ length: 9 }, (_, index) => ({
  ...home,
  connectionId: `dxcon-0000000${index}`,
  connectionName: `san-jose-${index}`,
  connectionState: 'available' as const,
  bandwidth: '10Gbps',
  awsDeviceV2: 'EqSV5-1',
  // The third LAG has two members, the first three, the second four.
  lagId: LAGS[index < 3 ? 0 : index < 7 ? 1 : 2] ?? '',
}));
/** A network of another account and Region than the sandbox's own: 3 LAGs, 9 links, 6 interfaces. */
export const state = {
  connections,
  lags: LAGS.map((lagId, index) => ({
    ...home,
    lagId,
    lagName: `san-jose-lag-${index}`,
    lagState: 'available' as const,
    connectionsBandwidth: '10Gbps',
    minimumLinks: 1,
    awsDeviceV2: 'EqSV5-1',
  })),
  virtualInterfaces: Array.from({ length: 6 }, (_, index) => ({
    ...home,
    virtualInterfaceId: `dxvif-0000000${index}`,
    virtualInterfaceName: `office-${index}`,
    virtualInterfaceState: 'available' as const,
    virtualInterfaceType: 'private',
    vlan: 100 + index,
    asn: 65000,
    authKey: 'a-secret-of-bgp',
    connectionId: LAGS[index % 3] ?? '',
    bgpPeers: [
      { bgpPeerId: `dxpeer-0000000${index}`, asn: 65000, authKey: 'a-secret-of-bgp', bgpStatus: 'up' as const },
    ],
  })),
};

/** Runs the program as a person does who has the credentials of an account, which another sandbox is here. */
export function program(
  account: Sandbox,
  folder: string,
  ...options: string[]
): Promise<{ code: number; out: string; errors: string }> {
  const tsx = join(createRequire(__filename).resolve('tsx/package.json'), '..', 'dist', 'cli.mjs');
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...account.environment };
  return new Promise(resolve => {
    execFile(process.execPath, [tsx, join(ROOT, 'sandbox', 'main.ts'), ...options], { env }, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}
