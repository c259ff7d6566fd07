import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { parseEvent } from '../../../lambda/cloudformation/event';
import { concernsOf, eventOf } from '../../../lambda/record/concerns';
import { base, create, having, move, properties, remove } from '../../support/settling';
import { A, B, ID, OTHER } from '../../support/view';

const concernsIn = (event: CloudFormationCustomResourceEvent) => concernsOf(parseEvent(event));
const known = { physicalId: ID, lagId: A };

describe('the connections that an event is about', () => {
  test('Create: the one that it wants, of which CloudFormation knows nothing yet', () => {
    expect(concernsIn(create)).toEqual([{ connectionId: ID, as: 'goal', lagId: A, retained: false }]);
  });

  test('Update of the LAG: the one that the membership has', () => {
    expect(concernsIn(move)).toEqual([{ connectionId: ID, as: 'goal', lagId: B, retained: false, known }]);
  });

  const swap = { ...move, ResourceProperties: properties(A, OTHER) };

  test('Update of the connection: the old one, which is given up for the new one, and then that', () => {
    expect(concernsIn(swap)).toEqual([
      { connectionId: ID, as: 'other', known, replacement: OTHER },
      { connectionId: OTHER, as: 'goal', lagId: A, retained: false },
    ]);
  });

  test('Update back from an update that CloudFormation did not wait for: what the old properties name it does not know', () => {
    const back = { ...move, ResourceProperties: properties(A), OldResourceProperties: properties(A, OTHER) };
    expect(concernsIn(back)).toEqual([
      { connectionId: OTHER, as: 'other' },
      { connectionId: ID, as: 'goal', lagId: A, retained: false, known: { physicalId: ID } },
    ]);
  });

  test('Update from another Region: the new one alone, since the record of the old one is under its own Region', () => {
    const there = having(swap, { Region: 'us-east-1' });
    expect(concernsIn(there)).toEqual([{ connectionId: OTHER, as: 'goal', lagId: A, retained: false }]);
  });

  test('Delete: the one that its physical id names', () => {
    expect(concernsIn(remove)).toEqual([{ connectionId: ID, as: 'goal', known }]);
    const replaced = { ...remove, PhysicalResourceId: `${OTHER}/adopted` };
    expect(concernsIn(replaced)).toEqual([
      { connectionId: OTHER, as: 'goal', known: { physicalId: `${OTHER}/adopted` } },
    ]);
  });

  test('Delete of an id that CloudFormation invented: the one that the properties name, if they do', () => {
    const invented = { ...remove, PhysicalResourceId: 'Network-M-1ABC' };
    expect(concernsIn(invented)).toEqual([{ connectionId: ID, as: 'goal' }]);
    expect(concernsIn({ ...invented, ResourceProperties: { ServiceToken: 'token' } })).toEqual([]);
  });
});

describe('an event, as the record knows it', () => {
  test('has the name of its membership, when it was sent, and how long CloudFormation waits: an hour unless it says more', () => {
    const ResponseURL = 'https://responses/?X-Amz-Date=20260101T000000Z';
    const arrivedAt = Date.UTC(2026, 0, 1);
    const known = {
      stackId: base.StackId,
      logicalId: 'M',
      requestId: 'create',
      requestType: 'Create',
      sentAt: Date.UTC(2026, 0, 1) / 1000,
      arrivedAt,
    };
    expect(eventOf({ ...create, ResponseURL }, arrivedAt)).toEqual({ ...known, timeout: 3600 });
    const impatient = having({ ...create, ResponseURL }, { ServiceTimeout: '600' });
    expect(eventOf(impatient, arrivedAt)).toEqual({ ...known, timeout: 600 });
    expect(eventOf(create, arrivedAt)).not.toHaveProperty('sentAt');
  });

  test('has not been sent when it says that it will be', () => {
    const ResponseURL = 'https://responses/?X-Amz-Date=20260101T000000Z';
    const sentIn = (seconds: number) =>
      eventOf({ ...create, ResponseURL }, Date.UTC(2026, 0, 1) - seconds * 1000).sentAt;
    expect([60, 61].map(sentIn)).toEqual([Date.UTC(2026, 0, 1) / 1000, undefined]);
  });
});
