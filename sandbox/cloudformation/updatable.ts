import type { Stack } from './stack';
import { validationError } from './validation-error';

/** Where an operation without rollback failed. */
export const isPaused = ({ status }: Stack): boolean => status === 'CREATE_FAILED' || status === 'UPDATE_FAILED';

const updatable: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** @throws AwsError ValidationError where the stack cannot be updated as it is */
export function checkUpdatable(stack: Stack): void {
  if (!updatable.includes(stack.status) && !isPaused(stack))
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}
