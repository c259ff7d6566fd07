import * as fc from 'fast-check';
import type { ConnectionRecord } from '../../../lambda/record/record';
import { parseRecord } from '../../../lambda/record/stored-record';
import { begun, ended, writing, written } from '../../../lambda/record/transitions';
import { EMPTY, event, goal, known } from '../../support/records';
import { A, C, claim, ID, OTHER } from '../../support/view';

type Change = (record: ConnectionRecord) => ConnectionRecord;
const one = event('one', 0, { requestType: 'Create' });
const two = event('two', 1, { logicalId: 'Renamed' });
const changes: readonly Change[] = [one, two].flatMap((of): Change[] => [
  record => begun(record, of, goal),
  record => begun(record, of, { connectionId: ID, as: 'other', known, replacement: OTHER }),
  record => begun(record, of, { connectionId: ID, as: 'other' }),
  record => writing(record, of, { by: of.requestId, from: {}, to: { lagId: A }, isGoal: true }, 1),
  record => writing(record, of, { by: of.requestId, from: { lagId: C }, to: { lagId: A }, isGoal: true }, 1),
  record => writing(record, of, { by: of.requestId, from: { lagId: A }, to: {}, isGoal: false }, 1),
  record => written(record, of.requestId, 2),
  record => ended(record, of, { has: 'no more' }, of.requestId, 3),
  record => ended(record, of, { has: 'as before', outcome: 'failed' }, of.requestId, 3),
  record => ended(record, of, { has: 'as before', outcome: 'done' }, of.requestId, 3),
  record => ended(record, of, { has: { physicalId: ID, lagId: A } }, of.requestId, 3),
]);

test('whatever the events of memberships make of a record, it is read as it was written', () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...changes)), all => {
      const record = all.reduce((before, change) => change(before), EMPTY);
      expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
    }),
  ));

test('what a later release has added does no harm', () => {
  const added = { claims: [{ ...claim(), colour: 'blue' }], version: 2 };
  expect(parseRecord(added)).toEqual(added);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'record'],
  ['a list', []],
  ['no claims', {}],
  ['claims that are no list', { claims: {} }],
  ['a claim that is none', { claims: ['claim'] }],
  ['a claim without an owner', { claims: [{ ...claim(), stackId: undefined }] }],
  ['a claim without an event', { claims: [{ ...claim(), event: undefined }] }],
  ['an unknown outcome', { claims: [claim(), { ...claim(), event: { ...claim().event, outcome: 'perhaps' } }] }],
  ['a time that is a text', { claims: [{ ...claim(), since: '0' }] }],
  ['a move from nowhere', { claims: [{ ...claim(), moves: [{ by: 'one', at: 1 }] }] }],
  ['moves that are no list', { claims: [{ ...claim(), moves: undefined }] }],
  ['a place that is no LAG', { claims: [{ ...claim(), found: { lagId: 1 } }] }],
  ['places that are no texts', { claims: [{ ...claim(), places: [1] }] }],
  ['a write by nobody', { claims: [], writing: { until: 1, to: {} } }],
  ['a write that ends at no time', { claims: [], writing: { by: 'me', until: null, to: {} } }],
  ['a write that led nowhere', { claims: [], wrote: { at: 1 } }],
])('%s is no record: the error says so, and what to do', (_, value) => {
  expect(() => parseRecord(value)).toThrow(
    'The item is no record of a connection: somebody has changed it. Delete the item, and try again.',
  );
});
