import type { Locations } from '@aws-sdk/client-direct-connect';
import { operation } from '../operation';
import { isHosted, isVisible } from '../records';
import { structure } from '../shape';

/** A port's speed as recorded answers have it: `10G` for `10Gbps`. */
const speedOf = (bandwidth: string) => bandwidth.replace(/bps$/, '');

/**
 * The locations of the caller's connections and LAGs in the Region, deleted ones included: the sandbox knows no others.
 * Names are empty, since nothing in the network says them; providers and speeds are those of what is there.
 */
export const describeLocations = operation(structure({}, {}, 'unknown members ignored'), {
  resources: () => [],
  apply(_input, network, caller) {
    const dedicated = [...network.connections.values()].filter(connection => !isHosted(connection));
    const ports = [
      ...dedicated,
      ...[...network.lags.values()].map(lag => ({ ...lag, bandwidth: lag.connectionsBandwidth })),
    ].filter(port => isVisible(port, caller));
    const codes = [...new Set(ports.map(port => port.location))].sort();
    return {
      locations: codes.map(locationCode => {
        const here = ports.filter(port => port.location === locationCode);
        const speeds = (of: typeof here) => [...new Set(of.map(({ bandwidth }) => speedOf(bandwidth)))].sort();
        return {
          locationCode,
          locationName: '',
          region: caller.region,
          availablePortSpeeds: speeds(here),
          availableProviders: [...new Set(here.flatMap(({ providerName }) => providerName ?? []))].sort(),
          availableMacSecPortSpeeds: speeds(here.filter(({ macSecCapable }) => macSecCapable === true)),
        };
      }),
    } satisfies Locations;
  },
});
