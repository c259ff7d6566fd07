import { endpointTargets } from '../../sandbox/fuzz/services';
import { stateFileTarget } from '../../sandbox/fuzz/state-file';
import type { Target } from '../../sandbox/fuzz/target';
import { handlerEventTarget } from './handler-events';

/** What is fuzzed: one file each, and a line here. */
export const targets: readonly Target[] = [...endpointTargets, stateFileTarget, handlerEventTarget];
