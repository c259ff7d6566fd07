import type { Connection, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import { AwsError } from '../../aws-error';
import type { Authorize, Caller } from '../../caller';
import { VirtualClock } from '../../test/virtual-clock';
import { DirectConnect, type DirectConnectOptions } from '../direct-connect';
import { readState } from '../state-file';

export const MINUTE = 60_000;

export const administrator: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/administrator',
};

export function connection(connectionId: string, rest: Partial<Connection> = {}): Connection {
  return {
    connectionId,
    connectionState: 'available',
    ownerAccount: administrator.accountId,
    region: administrator.region,
    location: 'EqDC2',
    bandwidth: '10Gbps',
    awsDevice: 'EqDC2-device1',
    awsDeviceV2: 'EqDC2-device1',
    ...rest,
  };
}

export function lag(lagId: string, rest: Partial<Lag> = {}): Lag {
  return {
    lagId,
    lagState: 'available',
    ownerAccount: administrator.accountId,
    region: administrator.region,
    location: 'EqDC2',
    connectionsBandwidth: '10Gbps',
    minimumLinks: 0,
    awsDevice: 'EqDC2-device1',
    awsDeviceV2: 'EqDC2-device1',
    ...rest,
  };
}

export function virtualInterface(
  virtualInterfaceId: string,
  connectionId: string,
  rest: Partial<VirtualInterface> = {},
): VirtualInterface {
  return {
    virtualInterfaceId,
    connectionId,
    virtualInterfaceState: 'available',
    ownerAccount: administrator.accountId,
    region: administrator.region,
    ...rest,
  };
}

/** The emulator with a state, at a standing clock; a link is down for one minute after a change. */
export function given(
  state: { connections?: Connection[]; lags?: Lag[]; virtualInterfaces?: VirtualInterface[] } = {},
  authorize: Authorize = async () => undefined,
  options: Partial<DirectConnectOptions> = {},
) {
  const clock = new VirtualClock();
  let draws = 0;
  const directConnect = new DirectConnect({
    clock,
    // A fixed sequence without repetition, so that ids differ and tests do not.
    random: () => (draws++ * 0.6180339887) % 1,
    authorize,
    transitionMilliseconds: MINUTE,
    state: readState(state),
    ...options,
  });
  const call = (operation: string, input: object, caller = administrator) =>
    directConnect.call(operation, input, caller);
  return {
    clock,
    directConnect,
    network: directConnect.network,
    call,
    connection: (connectionId: string): Connection | undefined =>
      directConnect.network.describe().connections.find(each => each.connectionId === connectionId),
    lag: (lagId: string): Lag | undefined => directConnect.network.describe().lags.find(each => each.lagId === lagId),
    virtualInterface: (virtualInterfaceId: string): VirtualInterface | undefined =>
      directConnect.network.describe().virtualInterfaces.find(each => each.virtualInterfaceId === virtualInterfaceId),
    membersOf: (lagId: string) => directConnect.network.members(lagId).map(each => each.connectionId),
  };
}

/** `<code>: <message>` of the AwsError that a call fails with, and that nothing has changed. */
export async function refusal(sandbox: ReturnType<typeof given>, operation: string, input: object, caller?: Caller) {
  const before = JSON.stringify(sandbox.network.describe());
  const error = await sandbox.call(operation, input, caller).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AwsError)) throw new Error(`${operation} was not refused`, { cause: error });
  expect(JSON.stringify(sandbox.network.describe())).toBe(before);
  expect(error.status).toBe(400);
  return `${error.code}: ${error.message}`;
}
