import { CustomResource, type Duration, Stack, Token } from 'aws-cdk-lib';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { identifier } from './identifier';
import { LagMembershipProvider } from './provider';

export interface LagMembershipProps {
  /**
   * The connection to put into the LAG: its id (`dxcon-fg5678gh`), its ARN, a token of either, or a reference such as a
   * `CfnConnection`. It must exist, be of this stack's account and Region, and not be in another LAG.
   *
   * A changed connection is a replacement: the new connection is put in, then the old one is taken out.
   */
  readonly connectionId: string | aws_directconnect.IConnectionRef;

  /**
   * The LAG: its id (`dxlag-fg1234aa`), its ARN, a token of either, or a reference such as a `CfnLag`. It must be on the
   * connection's device, have its bandwidth and its MACsec setting, and have a free member slot; otherwise the deployment
   * fails and says which of these it is, and nothing is touched.
   *
   * A changed LAG moves the connection, which interrupts it, once the new LAG is known to be able to take it.
   */
  readonly lagId: string | aws_directconnect.ILagRef;

  /**
   * Whether the connection may be taken out of a LAG that this membership did not put it into.
   *
   * AWS does so silently, interrupts the link, and leaves virtual interfaces and hosted connections with the other LAG;
   * so by default the deployment fails and names both LAGs.
   *
   * @default false
   */
  readonly allowMove?: boolean;

  /**
   * Whether deleting the membership may lower the LAG's minimum number of operational links first, where that minimum
   * would keep AWS from letting the connection go. With it `cdk destroy` of all memberships of a LAG comes to its end;
   * without it nothing about the LAG is ever changed, and such a deletion fails with the numbers.
   *
   * The minimum is lowered to what is left, and not raised again.
   *
   * @default false
   */
  readonly lowerMinimumLinks?: boolean;

  /**
   * How long to wait, after the connection has joined or moved, for its link to be `available`; a link that is not by
   * then fails the deployment, which takes the connection back. Whole seconds, at most 10 minutes.
   *
   * A connection that is being ordered becomes available when its cross-connect is made, which can take weeks.
   *
   * @default - do not wait: the membership is complete when the connection is in the LAG
   */
  readonly waitForAvailable?: Duration;
}

/**
 * Puts an existing Direct Connect connection into a link aggregation group (LAG).
 *
 * Joining or leaving a LAG **interrupts the link**. A deployment that finds the connection in place does not touch it.
 * Deleting the membership makes the connection standalone again; the connection itself stays.
 *
 * ```ts
 * new LagMembership(this, 'Membership', {
 *   connectionId: 'dxcon-fg5678gh',
 *   lagId: 'dxlag-fg1234aa',
 * });
 * ```
 *
 * The first membership of a stack brings a role, a log group and a function; each further one is one resource.
 *
 * The attributes (`connectionState`, `location`, …) are what Direct Connect answered when the membership was last
 * created or updated. All are text, and empty where the answer left the field out.
 */
export class LagMembership extends Construct {
  private readonly resource: CustomResource;

  /**
   * @throws where `waitForAvailable` is out of bounds, where `connectionId` or `lagId` is a literal that is neither an id nor an ARN of its kind, or where the stack
   * has a membership of the same literal connection already
   */
  constructor(scope: Construct, id: string, props: LagMembershipProps) {
    super(scope, id);
    const connectionId = identifier(this.node.path, 'connectionId', props.connectionId);
    const lagId = identifier(this.node.path, 'lagId', props.lagId);
    this.claim(connectionId);

    const provider = LagMembershipProvider.of(this);
    if (props.lowerMinimumLinks) provider.allowLoweringMinimumLinks();
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::DirectConnectLagMembership',
      properties: {
        ConnectionId: connectionId,
        LagId: lagId,
        ...(props.allowMove ? { AllowMove: true } : {}),
        ...(props.lowerMinimumLinks ? { LowerMinimumLinks: true } : {}),
        ...(props.waitForAvailable === undefined ? {} : { WaitForAvailable: this.seconds(props.waitForAvailable) }),
      },
    });
  }

  /** Id of the connection, whichever way it was given. */
  get connectionId(): string {
    return this.attribute('ConnectionId');
  }

  /** Id of the LAG that the connection is in. */
  get lagId(): string {
    return this.attribute('LagId');
  }

  /** The Direct Connect endpoint on which the physical connection terminates. Deprecated by AWS for {@link awsDeviceV2}. */
  get awsDevice(): string {
    return this.attribute('AwsDevice');
  }

  /** The Direct Connect endpoint that terminates the physical connection. */
  get awsDeviceV2(): string {
    return this.attribute('AwsDeviceV2');
  }

  /** The Direct Connect endpoint that terminates the logical connection; it may differ from {@link awsDeviceV2}. */
  get awsLogicalDeviceId(): string {
    return this.attribute('AwsLogicalDeviceId');
  }

  /** Bandwidth, such as `10Gbps`. */
  get bandwidth(): string {
    return this.attribute('Bandwidth');
  }

  get connectionName(): string {
    return this.attribute('ConnectionName');
  }

  /** `requested`, `pending`, `available`, `down`, … at the last create or update: a joining link is often still `pending`. */
  get connectionState(): string {
    return this.attribute('ConnectionState');
  }

  /** MACsec mode: `no_encrypt`, `should_encrypt` or `must_encrypt`. */
  get encryptionMode(): string {
    return this.attribute('EncryptionMode');
  }

  /** Whether a secondary BGP peer in the same address family is supported: `yes`, `no` or `unknown`. */
  get hasLogicalRedundancy(): string {
    return this.attribute('HasLogicalRedundancy');
  }

  /** Whether jumbo frames are supported: `true` or `false`. */
  get jumboFrameCapable(): string {
    return this.attribute('JumboFrameCapable');
  }

  /** When the Letter of Authorization was last asked for, as ISO 8601 in UTC. */
  get loaIssueTime(): string {
    return this.attribute('LoaIssueTime');
  }

  /** Code of the location, such as `EqFA5`. */
  get location(): string {
    return this.attribute('Location');
  }

  /** Whether MACsec is supported: `true` or `false`. */
  get macSecCapable(): string {
    return this.attribute('MacSecCapable');
  }

  /** Account that owns the connection, twelve digits. */
  get ownerAccount(): string {
    return this.attribute('OwnerAccount');
  }

  /** Whether the interconnect that hosts the connection supports MACsec: `true` or `false`. */
  get partnerInterconnectMacSecCapable(): string {
    return this.attribute('PartnerInterconnectMacSecCapable');
  }

  /** Name of the Direct Connect Partner that provides the connection. */
  get partnerName(): string {
    return this.attribute('PartnerName');
  }

  /** MACsec link status: `Encryption Up` or `Encryption Down`. */
  get portEncryptionStatus(): string {
    return this.attribute('PortEncryptionStatus');
  }

  /** Name of the service provider. */
  get providerName(): string {
    return this.attribute('ProviderName');
  }

  /** Region of the connection. */
  get region(): string {
    return this.attribute('Region');
  }

  /** VLAN of a hosted connection, in digits. */
  get vlan(): string {
    return this.attribute('Vlan');
  }

  private seconds(waitForAvailable: Duration): number {
    const seconds = waitForAvailable.toSeconds({ integral: false });
    if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_WAIT) return seconds;
    throw new Error(
      `[${this.node.path}] waitForAvailable is ${seconds} seconds: allowed are whole seconds from 1 to ${LONGEST_WAIT}. ` +
        'Leave it out so as not to wait.',
    );
  }

  private attribute(name: string): string {
    return this.resource.getAttString(name);
  }

  /** A connection is in at most one LAG, so two memberships of it would undo each other. */
  private claim(connectionId: string): void {
    if (Token.isUnresolved(connectionId)) return;
    const stack = Stack.of(this);
    const claims = CLAIMS.get(stack) ?? new Map<string, LagMembership>();
    CLAIMS.set(stack, claims);
    const other = claims.get(connectionId);
    if (other !== undefined) {
      throw new Error(
        `[${this.node.path}] connection ${connectionId} has a membership in this stack already, ${other.node.path}: ` +
          'a connection is in one LAG at most. Remove one of the two.',
      );
    }
    claims.set(connectionId, this);
  }
}

/** Seconds: what the handler's time budget has room for. */
const LONGEST_WAIT = 600;

/** Which membership of a stack has which literal connection. */
const CLAIMS = new WeakMap<Stack, Map<string, LagMembership>>();
