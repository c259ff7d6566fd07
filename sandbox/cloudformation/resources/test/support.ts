import { systemClock } from '../../../clock';
import type { Properties, ResourceContext, ResourceState, ResourceType } from '../../resource-type';

let names = 0;

export const context: ResourceContext = {
  clock: systemClock,
  random: Math.random,
  partition: 'aws',
  accountId: '111122223333',
  region: 'eu-central-1',
  stackName: 'S',
  stackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/S/1',
  logicalId: 'L',
  generatedName: maximumLength => `S-L-${++names}`.slice(0, maximumLength),
};

/** A resource of a type, as a stack would handle it. */
export async function created(type: ResourceType, properties: Properties) {
  let current = properties;
  const state: ResourceState = await type.create(properties, context);
  return {
    state,
    update: async (changed: Properties) => {
      const updated = await type.update(state.physicalId, changed, current, context);
      current = changed;
      return updated;
    },
    delete: () => type.delete(state.physicalId, current, context),
  };
}
