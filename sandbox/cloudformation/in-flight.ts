import { CustomResourceFailure } from './custom-resource';
import { messageOf } from './error-message';
import type { ResourceState } from './resource-type';

export type ProviderOperation = 'CREATE' | 'UPDATE';

export type ProviderResult =
  | { readonly state: ResourceState }
  | { readonly error: string; readonly physicalId: string | undefined };

interface Call {
  readonly operation: ProviderOperation;
  readonly cancellation: AbortController;
}

/** The creations and updates of a stack's resources that are under way. */
export class InFlight {
  private readonly calls = new Map<string, Call>();

  async call(
    logicalId: string,
    operation: ProviderOperation,
    provider: (cancelled: AbortSignal) => Promise<ResourceState>,
  ): Promise<ProviderResult> {
    const cancellation = new AbortController();
    this.calls.set(logicalId, { operation, cancellation });
    try {
      return { state: await provider(cancellation.signal) };
    } catch (error) {
      const physicalId = error instanceof CustomResourceFailure ? error.physicalId : undefined;
      return { error: messageOf(error) || 'The resource failed without a message', physicalId };
    } finally {
      this.calls.delete(logicalId);
    }
  }

  /** Tells each provider that its resource is not wanted any more. @param failed is told of each before its provider is */
  cancel(failed: (logicalId: string, operation: ProviderOperation) => void): void {
    for (const [logicalId, { operation, cancellation }] of [...this.calls]) {
      failed(logicalId, operation);
      cancellation.abort();
    }
  }
}
