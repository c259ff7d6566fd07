import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  Aspects,
  Aws,
  CfnCondition,
  CfnResource,
  Fn,
  type IAspect,
  NestedStack,
  RemovalPolicy,
  ScopedAws,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Construct, DependencyGroup } from 'constructs';
import * as fc from 'fast-check';
import { LagMembership, type LagMembershipProps } from '../../lib';
import { needsOf } from '../support/needs';

const TYPE = 'Custom::DirectConnectLagMembership';
const LAG = 'dxlag-fg1234aa';
const OTHER_LAG = 'dxlag-fg1234bb';
const env = { account: '111122223333', region: 'eu-central-1' };

const networkOf = (app = new App()) => new Stack(app, 'Network', { env });
const connectionId = (index: number) => `dxcon-${String(index).padStart(8, '0')}`;

let made = 0;
beforeEach(() => {
  made = 0;
});

/** A membership of {@link LAG}, unless said otherwise, of a connection of its own. */
function member(scope: Construct, props: Partial<LagMembershipProps> = {}): LagMembership {
  const index = made++;
  return new LagMembership(scope, `M${index}`, { connectionId: connectionId(index), lagId: LAG, ...props });
}

const members = (scope: Construct, count: number, props: Partial<LagMembershipProps> = {}) =>
  Array.from({ length: count }, () => member(scope, props));

/** Something that is no membership. */
const thing = (scope: Construct, id: string, properties: { [name: string]: unknown } = {}) =>
  new CfnResource(scope, id, { type: 'Test::Thing', properties });

function resourceOf({ node }: Construct): CfnResource {
  if (CfnResource.isCfnResource(node.defaultChild)) return node.defaultChild;
  throw new Error(`${node.path} has no resource`);
}

const idOf = (membership: LagMembership): string => membership.stack.resolve(resourceOf(membership).logicalId);

/** Which of the memberships each depends on itself, as construct ids. */
function dependencies(all: readonly LagMembership[]): { [id: string]: string[] } {
  const ids = new Map(all.map(each => [idOf(each), each.node.id]));
  return Object.fromEntries(
    all.map(each => {
      const resource = Template.fromStack(each.stack).findResources(TYPE)[idOf(each)];
      const names: string[] = resource?.DependsOn ?? [];
      return [each.node.id, names.flatMap(name => ids.get(name) ?? [])];
    }),
  );
}

/** The order in which CloudFormation works on the memberships of a stack; where two go at once, that is a failure. */
function orderOf(all: readonly LagMembership[]): string[] {
  const [first] = all;
  if (first === undefined) return [];
  // A circle is an error of this.
  const needs = needsOf(Template.fromStack(first.stack).toJSON().Resources);
  const before = (each: LagMembership) => all.filter(other => needs.get(idOf(each))?.has(idOf(other))).length;
  const order = [...all].sort((one, other) => before(one) - before(other));
  expect(order.map(before)).toEqual(all.map((_, place) => place));
  return order.map(each => each.node.id);
}

describe('memberships of a LAG', () => {
  test('each depend on the one made before it, and on no other', () => {
    expect(dependencies(members(networkOf(), 4))).toEqual({ M0: [], M1: ['M0'], M2: ['M1'], M3: ['M2'] });
  });

  test('are told from those of other LAGs and Regions, which go on at the same time', () => {
    const stack = networkOf();
    const all = [
      member(stack),
      member(stack, { lagId: OTHER_LAG }),
      member(stack, { region: 'us-east-1' }),
      member(stack, { lagId: OTHER_LAG }),
      member(stack, { lagId: `arn:aws:directconnect:eu-central-1:111122223333:dxlag/${LAG}` }),
      member(stack, { region: 'us-east-1' }),
    ];
    expect(dependencies(all)).toEqual({ M0: [], M1: [], M2: [], M3: ['M1'], M4: ['M0'], M5: ['M2'] });
  });

  test('that is a token are those of equal tokens', () => {
    const stack = networkOf();
    const [lag, other] = ['Lag', 'Other'].map(id => thing(stack, id));
    const lagIds = [lag?.ref, other?.ref, Fn.importValue('Lag'), lag?.ref, Fn.importValue('Lag')];
    const all = lagIds.map(lagId => member(stack, lagId === undefined ? {} : { lagId }));
    expect(dependencies(all)).toEqual({ M0: [], M1: [], M2: [], M3: ['M0'], M4: ['M2'] });
  });

  test('of two stacks that have the same logical id are two', () => {
    const app = new App();
    const stack = networkOf(app);
    const elsewhere = new Stack(app, 'Elsewhere', { env });
    const all = [stack, elsewhere].map(home => member(stack, { lagId: thing(home, 'Lag').ref }));
    expect(dependencies(all)).toEqual({ M0: [], M1: [] });
  });

  test('are so in several scopes of a stack, and in a stack of a stage', () => {
    const stack = new Stack(new Stage(new App(), 'Production'), 'Network', { env });
    const all = [stack, new Construct(stack, 'Site'), new Construct(stack, 'OtherSite')].map(scope => member(scope));
    expect(orderOf(all)).toEqual(['M0', 'M1', 'M2']);
  });

  test('are those of one stack: a nested stack has its own, in whose template they are in order', () => {
    const stack = networkOf();
    const nested = new NestedStack(stack, 'Nested');
    const inside = [member(nested)];
    const outside = members(stack, 2);
    inside.push(member(nested));
    expect(orderOf(outside)).toEqual(['M1', 'M2']);
    expect(orderOf(inside)).toEqual(['M0', 'M3']);
  });

  test('of a nested stack are in order in the template by whose bytes its asset is named', () => {
    const app = new App();
    const nested = new NestedStack(networkOf(app), 'Nested');
    members(nested, 2);
    const assembly = app.synth();
    const { TemplateURL } =
      Object.values(
        Template.fromStack(Stack.of(nested.node.scope ?? app)).findResources('AWS::CloudFormation::Stack'),
      )[0]?.Properties ?? {};
    const template = JSON.parse(readFileSync(join(assembly.directory, nested.templateFile), 'utf8'));
    const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex');
    expect(JSON.stringify(TemplateURL)).toContain(hash);
  });

  test('make no dependency where there is one alone', () => {
    const stack = networkOf();
    members(stack, 1);
    Template.fromStack(stack).hasResource(TYPE, { DependsOn: Match.absent() });
  });

  test.each([
    [2, { M0: [], M1: [], M2: ['M0'], M3: ['M1'] }],
    [3, { M0: [], M1: [], M2: [], M3: ['M0'] }],
    [4, { M0: [], M1: [], M2: [], M3: [] }],
  ])('of which %s may be down at once each depend on the one so many before', (maxUnavailable, expected) => {
    expect(dependencies(members(networkOf(), 4, { maxUnavailable }))).toEqual(expected);
  });

  test('that say different numbers go by the least', () => {
    const stack = networkOf();
    const all = [3, 2, 4].map(maxUnavailable => member(stack, { maxUnavailable }));
    expect(dependencies(all)).toEqual({ M0: [], M1: [], M2: ['M0'] });
  });

  test('that are not to be ordered are left out, and their numbers do not count', () => {
    const stack = networkOf();
    const all = [
      member(stack, { maxUnavailable: 2 }),
      member(stack, { ordered: false }),
      ...members(stack, 2, { maxUnavailable: 2 }),
    ];
    expect(dependencies(all)).toEqual({ M0: [], M1: [], M2: [], M3: ['M0'] });
  });

  test('none of which is to be ordered are as they are', () => {
    expect(dependencies(members(networkOf(), 3, { ordered: false }))).toEqual({ M0: [], M1: [], M2: [] });
  });

  test('depend on none that a condition may leave out, unless it leaves them out too', () => {
    const stack = networkOf();
    const all = members(stack, 4);
    const condition = new CfnCondition(stack, 'Condition', {
      expression: Fn.conditionEquals(Aws.REGION, 'eu-central-1'),
    });
    for (const each of all.slice(1, 3)) resourceOf(each).cfnOptions.condition = condition;
    expect(dependencies(all)).toEqual({ M0: [], M1: ['M0'], M2: ['M1'], M3: ['M0'] });
  });

  test('also depend on the policy that they need', () => {
    const stack = networkOf();
    members(stack, 2, { lowerMinimumLinks: true });
    const template = Template.fromStack(stack);
    const policy = template.getResourceId('AWS::IAM::Policy');
    const all = Object.values(template.findResources(TYPE));
    expect(all.map(({ DependsOn }) => DependsOn)).toEqual([[policy], [expect.stringMatching(/^M0/), policy]]);
  });
});

/** Ways to have one thing before another. */
const WAYS: readonly (readonly [string, (later: LagMembership, earlier: LagMembership, stack: Stack) => void])[] = [
  ['a dependency of constructs', (later, earlier) => later.node.addDependency(earlier)],
  [
    'a dependency on a group',
    (later, earlier, stack) => later.node.addDependency(new DependencyGroup(thing(stack, 'Other'), earlier)),
  ],
  ['a dependency of resources', (later, earlier) => resourceOf(later).addResourceDependency(resourceOf(earlier))],
  [
    'DependsOn as an override',
    (later, earlier) => resourceOf(later).addOverride('DependsOn', [resourceOf(earlier).logicalId]),
  ],
  [
    'a reference in an override',
    (later, earlier) => resourceOf(later).addOverride('Metadata.After', earlier.connectionState),
  ],
  [
    'a reference within a text',
    (later, earlier) => resourceOf(later).addMetadata('After', `state ${earlier.connectionState}, ${earlier.location}`),
  ],
  [
    'a reference by name',
    (later, earlier) => resourceOf(later).addOverride('Metadata.After', Fn.getAtt(idOf(earlier), 'LagId')),
  ],
  [
    'a reference by name within a text',
    (later, earlier) => resourceOf(later).addMetadata('After', Fn.sub(`\${!No} \${${idOf(earlier)}.LagId}`)),
  ],
  [
    'a reference by name beside a text',
    (later, earlier) => resourceOf(later).addMetadata('After', `state ${Fn.getAtt(idOf(earlier), 'LagId')}`),
  ],
  [
    'another resource that refers to it',
    (later, earlier, stack) => later.node.addDependency(thing(stack, 'Between', { State: earlier.connectionState })),
  ],
  [
    'a chain of other resources',
    (later, earlier, stack) => {
      const between = [0, 1, 2].map(index => thing(stack, `Between${index}`));
      between[0]?.node.addDependency(earlier);
      between[1]?.addPropertyOverride('Before', between[0]?.ref);
      between[2]?.addPropertyOverride('Before', { Ref: 'Between1' });
      resourceOf(later).addMetadata('After', between[2]?.getAtt('Something'));
      // By name this is another one.
      thing(new NestedStack(stack, 'Nested'), 'Between1');
    },
  ],
  [
    'a construct around other resources that depends on it',
    (later, earlier, stack) => {
      const scope = new Construct(stack, 'Scope');
      scope.node.addDependency(earlier);
      later.node.addDependency(thing(scope, 'Inside'));
    },
  ],
  [
    'a nested stack that is given something of it',
    (later, earlier, stack) =>
      later.node.addDependency(new NestedStack(stack, 'Nested', { parameters: { State: earlier.connectionState } })),
  ],
  [
    'a nested stack in which something refers to it and to which it refers',
    (later, earlier, stack) => {
      const nested = new NestedStack(stack, 'Nested');
      const inside = thing(nested, 'Inside', { State: earlier.connectionState });
      thing(nested, 'Beside', { Of: inside.ref });
      resourceOf(later).addMetadata('After', thing(nested, 'Other').ref);
    },
  ],
  [
    'a nested stack in a nested stack, which depends on it',
    (later, earlier, stack) => {
      const innermost = new NestedStack(new NestedStack(stack, 'Nested'), 'Innermost');
      const inside = thing(innermost, 'Inside');
      inside.node.addDependency(earlier);
      later.node.addDependency(inside);
    },
  ],
  [
    'an aspect on what comes last',
    (later, earlier, stack) => {
      const last = new Construct(stack, 'Last');
      Aspects.of(last).add({ visit: () => later.node.addDependency(earlier) });
    },
  ],
];

describe("the application's own dependencies", () => {
  test.each(WAYS)('come first: the last before the first by %s', (_, put) => {
    const stack = networkOf();
    const all = members(stack, 4);
    const [first, , , last] = all;
    if (first === undefined || last === undefined) throw new Error('too few');
    put(first, last, stack);
    expect(orderOf(all)).toEqual(['M3', 'M0', 'M1', 'M2']);
  });

  // What CloudFormation is told by an override is all that it is told.
  const adding = WAYS.filter(([name]) => name !== 'DependsOn as an override');
  test.each(adding)('in the order of the memberships leave it as it is: %s', (_, put) => {
    const stack = networkOf();
    const all = members(stack, 3);
    const [first, , last] = all;
    if (first === undefined || last === undefined) throw new Error('too few');
    put(last, first, stack);
    expect(orderOf(all)).toEqual(['M0', 'M1', 'M2']);
  });

  test('between memberships of two LAGs make no circle with either order', () => {
    const stack = networkOf();
    const [a, b] = members(stack, 2);
    const [c, d] = members(stack, 2, { lagId: OTHER_LAG });
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('too few');
    // With a before b and c before d this would be one: a needs d, c, b and a.
    a.node.addDependency(d);
    c.node.addDependency(b);
    expect([orderOf([a, b]), orderOf([c, d])]).toEqual([
      ['M0', 'M1'],
      ['M3', 'M2'],
    ]);
  });

  test('are none on what has the name of the stack, or of an attribute', () => {
    const stack = networkOf();
    const [first, second] = members(stack, 2);
    if (first === undefined || second === undefined) throw new Error('too few');
    for (const name of ['Network', 'LagId']) thing(stack, name).node.addDependency(second);
    thing(stack, 'Thing');
    resourceOf(first).addMetadata('Of', [new ScopedAws(stack).stackName, Fn.getAtt('Thing', 'LagId')]);
    expect(dependencies([first, second])).toEqual({ M0: [], M1: ['M0'] });
  });

  test('on a resource of another stack are none on the membership that has its logical id', () => {
    const app = new App();
    const stack = networkOf(app);
    const [first, second] = members(stack, 2);
    if (first === undefined || second === undefined) throw new Error('too few');
    const namesake = thing(new Stack(app, 'Elsewhere', { env }), 'Thing');
    namesake.overrideLogicalId(idOf(second));
    resourceOf(first).addMetadata('After', namesake.ref);
    expect(orderOf([first, second])).toEqual(['M0', 'M1']);
  });

  test('that go in a circle get nothing added', () => {
    const stack = networkOf();
    const all = members(stack, 4);
    all[0]?.node.addDependency(thing(stack, 'Thing', { State: all[1]?.connectionState }));
    all[1]?.node.addDependency(stack.node.findChild('Thing'));
    stack.node.findChild('Thing').node.addDependency(all[0] ?? stack);
    const { Resources } = Template.fromStack(stack, { skipCyclicalDependenciesCheck: true }).toJSON();
    expect(all.map(each => Resources[idOf(each)].DependsOn)).toEqual([['Thing'], ['Thing'], undefined, undefined]);
  });

  test.each([true, false])('that aspects add late count, with stabilization %s', aspectStabilization => {
    const app = new App({ context: { '@aws-cdk/core:aspectStabilization': aspectStabilization } });
    const stack = networkOf(app);
    const all = members(stack, 3);
    /** Depends on what is made in the visit before, in a tree that grows. */
    const aspect: IAspect = {
      visit: node => {
        if (!(node instanceof Stack) || node.node.tryFindChild('Late') !== undefined) return;
        const late = thing(node, 'Late', { State: all[2]?.connectionState });
        all[0]?.node.addDependency(late);
      },
    };
    Aspects.of(app).add(aspect, { priority: 900 });
    expect(orderOf(all)).toEqual(['M2', 'M0', 'M1']);
  });

  test('make no circle with the order, whatever they are', () => {
    const arbitrary = fc.record({
      lags: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 7 }),
      things: fc.integer({ min: 0, max: 4 }),
      edges: fc.array(fc.record({ way: fc.nat(3), from: fc.nat(20), to: fc.nat(20) }), { maxLength: 12 }),
      places: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
    });
    return fc.assert(
      fc.property(arbitrary, ({ lags: wanted, things, edges, places }) => {
        made = 0;
        const stack = networkOf();
        const lags = wanted.filter((lag, index) => wanted.slice(0, index).filter(each => each === lag).length < 4);
        const memberships = lags.map(lag => member(stack, { lagId: [LAG, OTHER_LAG][lag] ?? LAG }));
        const others = Array.from({ length: things }, (_, index) => thing(stack, `Thing${index}`));
        // In any order, but in one, so that there is no circle in them.
        const all = [...memberships, ...others]
          .map((construct, index) => ({ construct, place: places[index] ?? 0 }))
          .sort((one, other) => one.place - other.place)
          .map(({ construct }) => construct);
        for (const { way, from, to } of edges) {
          const [early, late] = [from % all.length, to % all.length].sort((one, other) => one - other);
          const [earlier, later] = [all[early ?? 0], all[late ?? 0]];
          if (earlier === undefined || later === undefined || earlier === later) continue;
          const [first, second] = [earlier, later].map(each =>
            CfnResource.isCfnResource(each) ? each : resourceOf(each),
          );
          if (first === undefined || second === undefined) continue;
          if (way === 0) later.node.addDependency(earlier);
          if (way === 1) second.addResourceDependency(first);
          if (way === 2) second.addMetadata(`After${early}`, first.getAtt('LagId'));
          if (way === 3) second.addOverride(`Metadata.After${early}`, { Ref: stack.resolve(first.logicalId) });
        }
        for (const lag of [0, 1]) orderOf(memberships.filter((_, index) => lags[index] === lag));
      }),
      { numRuns: 60, seed: 1 },
    );
  }, 60_000);
});

describe('a second synthesis of an app', () => {
  const synthesize = (app: App) => {
    const stack = app.node.findChild('Network');
    const { template } = app.synth({ force: true }).getStackByName(stack.node.id);
    return template.Resources;
  };

  test('has the same order', () => {
    const app = new App();
    const stack = networkOf(app);
    const all = members(stack, 3);
    all[0]?.node.addDependency(all[2] ?? stack);
    expect(synthesize(app)).toEqual(synthesize(app));
    expect(orderOf(all)).toEqual(['M2', 'M0', 'M1']);
  });

  test('follows what the application has come to want meanwhile', () => {
    const app = new App();
    const stack = networkOf(app);
    const all = members(stack, 3);
    synthesize(app);
    all[0]?.node.addDependency(all[2] ?? stack);
    all.push(member(stack));
    const needs = needsOf(synthesize(app));
    expect(all.map(each => all.filter(other => needs.get(idOf(each))?.has(idOf(other))).length)).toEqual([1, 2, 0, 3]);
  });

  test('keeps a dependency of the application that is one of the order, too', () => {
    const app = new App();
    const stack = networkOf(app);
    const [first, second] = members(stack, 2);
    second?.node.addDependency(first ?? stack);
    const before = synthesize(app);
    expect(synthesize(app)).toEqual(before);
    if (first === undefined || second === undefined) throw new Error('too few');
    expect(before[idOf(second)].DependsOn).toEqual([idOf(first)]);
  });
});

test('a look at a membership before the synthesis settles no order', () => {
  const stack = networkOf();
  const all = members(stack, 2);
  for (const each of all) stack.resolve(resourceOf(each)._toCloudFormation());
  expect(all.flatMap(each => resourceOf(each).obtainDependencies())).toEqual([]);
});

test('a membership that is retained is ordered as any other', () => {
  const all = members(networkOf(), 3);
  all[1]?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  expect(orderOf(all)).toEqual(['M0', 'M1', 'M2']);
});
