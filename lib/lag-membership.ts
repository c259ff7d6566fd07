import { CfnResource, type Duration, Lazy, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkHome, defaultProvider } from './default-provider';
import { identifier } from './identifier';
import { injectable } from './injectable';
import type { LagMembershipProps } from './lag-membership-props';
import { isRetained, Memberships, MOST_MEMBERS } from './members';
import { OF_MEMBERSHIP } from './membership-properties';
import { MembershipSignals, type Watched } from './membership-signals';
import { claim } from './one-owner';
import { checkOwnResources } from './own-resources';
import { checkProperties } from './properties';
import { LagMembershipProvider, LONGEST_RETRY_TIMEOUT, SERVICE_TIMEOUT } from './provider';
import { otherRegion } from './region';
import { grantRights } from './rights';

const INJECTION_ID = 'cdk-direct-connect-lag-membership.LagMembership';

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
 * Memberships of one LAG in a stack are changed one after the other, in the order in which they were made, unless the
 * application's dependencies say otherwise. `LagMemberships` makes all of a LAG at once.
 *
 * The first membership of a stack brings a role, a log group, a table and a function; each further one is one resource.
 *
 * The attributes (`connectionState`, `location`, …) are what Direct Connect answered when the membership was last
 * created or updated. All are text, and empty where the answer left the field out.
 */
@injectable(INJECTION_ID)
export class LagMembership extends MembershipSignals {
  /** Names this class to `PropertyInjectors`. */
  static readonly PROPERTY_INJECTION_ID: string = INJECTION_ID;

  /** @internal */
  readonly _watched: Watched;

  private readonly resource: CfnResource;

  /**
   * @throws where a property is missing, misspelt or of another type; where `connectionId` or `lagId` is a literal that is neither
   * an id nor an ARN of its kind, or an ARN of another account or Region; where the application has a membership of the same
   * literal connection already; where `region` is no Region's name, or the provider is of another account or Region than the stack;
   * where `waitForAvailable`, `retryTimeout`, `maxUnavailable` or `minLinksInService` is out of bounds. Synthesis fails where the
   * connection is a `CfnConnection` that sets `lagId` itself, or is of another bandwidth or location than the `CfnLag`
   */
  constructor(scope: Construct, id: string, props: LagMembershipProps) {
    super(scope, id);
    checkProperties(this.node.path, props, OF_MEMBERSHIP);
    const region = otherRegion(this, props.region);
    const connection = identifier(this, 'connectionId', props.connectionId, region ?? this.stack.region);
    const lag = identifier(this, 'lagId', props.lagId, region ?? this.stack.region);
    claim(this, connection.id);
    checkOwnResources(this, props);

    const retryTimeout = this.seconds('retryTimeout', props.retryTimeout, 60, LONGEST_RETRY_TIMEOUT);
    const waitForAvailable = this.seconds('waitForAvailable', props.waitForAvailable, 0, LONGEST_WAIT);
    if (retryTimeout !== undefined && waitForAvailable !== undefined && waitForAvailable > retryTimeout) {
      throw new Error(
        `[${this.node.path}] waitForAvailable is ${waitForAvailable} seconds: allowed are whole seconds from 0 to ` +
          `${retryTimeout}, which is retryTimeout. Wait for less, or raise retryTimeout.`,
      );
    }
    const maxUnavailable = this.whole('maxUnavailable', props.maxUnavailable, 1, MOST_MEMBERS) ?? 1;
    const minLinksInService = this.whole('minLinksInService', props.minLinksInService, 0, MOST_MEMBERS);

    const provider = props.provider ?? defaultProvider(this);
    checkHome(this, provider);
    const memberships = Memberships.of(this);
    // Where CustomResource has its resource: it would write ServiceTimeout as a text. Releases have a number from the first
    // one on, and whether CloudFormation takes a text for a change of each deployed membership is not documented.
    this.resource = new CfnResource(new Construct(this, 'Resource'), 'Default', {
      type: 'Custom::DirectConnectLagMembership',
      properties: {
        ServiceToken: provider.serviceToken,
        ServiceTimeout: SERVICE_TIMEOUT,
        ConnectionId: connection.inTemplate,
        LagId: lag.inTemplate,
        ...(region === undefined ? {} : { Region: region }),
        ...(props.allowMove ? { AllowMove: true } : {}),
        ...(props.allowOutage ? { AllowOutage: true } : {}),
        ...(props.lowerMinimumLinks ? { LowerMinimumLinks: true } : {}),
        ...(props.reassociate ? { Reassociate: true } : {}),
        ...(props.reassert === undefined ? {} : { Reassert: props.reassert }),
        ...(maxUnavailable === 1 ? {} : { MaxUnavailable: maxUnavailable }),
        ...(minLinksInService === undefined ? {} : { MinLinksInService: minLinksInService }),
        ...(retryTimeout === undefined ? {} : { RetryTimeout: retryTimeout }),
        ...(waitForAvailable === undefined ? {} : { WaitForAvailable: waitForAvailable }),
        Members: Lazy.uncachedAny({ produce: context => memberships.membersOf(this.resource, context) }),
        Retained: Lazy.any({ produce: () => (isRetained(this.resource) ? true : undefined) }),
      },
    });
    this.resource.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // What escape hatches and applyRemovalPolicy act on.
    this.node.defaultChild = this.resource;
    const ordered = props.ordered ?? true;
    memberships.declare({
      resource: this.resource,
      connectionId: connection.id,
      lagId: lag.id,
      region,
      ordered,
      maxUnavailable,
    });
    grantRights(provider, this.resource, { region, lowerMinimumLinks: props.lowerMinimumLinks ?? false });
    this._watched = {
      provider,
      subjects: {
        connectionIds: [Token.isUnresolved(connection.id) ? this.connectionId : connection.id],
        lagIds: [Token.isUnresolved(lag.id) ? this.lagId : lag.id],
        region,
      },
      dimensions: { StackName: this.stack.stackName, LogicalId: this.resource.logicalId },
    };
  }

  /**
   * What handles this membership, with its function and its logs.
   *
   * @throws where it is one of another app (`LagMembershipProvider.fromServiceToken`), of which that is not known
   */
  get provider(): LagMembershipProvider {
    const { provider } = this._watched;
    if (provider instanceof LagMembershipProvider) return provider;
    throw new Error(
      `[${this.node.path}] provider is of another app, ${provider.node.path}: allowed is a LagMembershipProvider, which this ` +
        'gives the logs and the table of. Use what fromServiceToken has returned.',
    );
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

  /** Name of the connection. */
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

  private seconds(property: string, value: Duration | undefined, least: number, most: number): number | undefined {
    return this.whole(property, value?.toSeconds({ integral: false }), least, most, 'seconds');
  }

  /** @param unit of the value, said behind it; a mere number has none */
  private whole(property: string, value: number | undefined, least: number, most: number, unit?: string) {
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return value;
    const given = Token.isUnresolved(value) ? 'a token' : [value, unit].join(' ').trim();
    throw new Error(
      `[${this.node.path}] ${property} is ${given}: allowed are whole ${unit ?? 'numbers'} from ${least} to ${most}. ` +
        'Leave it out for its default.',
    );
  }

  private attribute(name: string): string {
    return Token.asString(this.resource.getAtt(name));
  }
}

/** Seconds: what the handler's time budget has room for. */
const LONGEST_WAIT = 600;
