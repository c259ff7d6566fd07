import { type AwsEvent, inputOf, type TargetInput } from '../input';

const event: AwsEvent = {
  version: '0',
  id: 'i',
  'detail-type': 'T',
  source: 'aws.x',
  account: '111122223333',
  time: '2026-11-28T09:55:18Z',
  region: 'eu-central-1',
  resources: ['r1', 'r2'],
  detail: { who: 'Ann "A"', count: 2, list: [{ id: 'a' }, { id: 'b' }], text: '7' },
};
const rule = { name: 'R', arn: 'arn:R' };
const transformed = (template: string, paths: { readonly [name: string]: string }): TargetInput => ({
  inputTransformer: { paths, template },
});

test.each<[string, TargetInput, unknown]>([
  ['the event', {}, event],
  ['a constant', { input: '{"check":"drift"}' }, { check: 'drift' }],
  ['a part', { inputPath: '$.detail.count' }, 2],
  ['an item of a list', { inputPath: '$.resources[1]' }, 'r2'],
  ['all of a list', { inputPath: '$.detail.list[*].id' }, ['a', 'b']],
  ['what is not there', { inputPath: '$.detail.other' }, null],
  [
    'values of JSON',
    transformed('{"w": <w>, "c": <c>}', { w: '$.detail.who', c: '$.detail.count' }),
    { w: 'Ann "A"', c: 2 },
  ],
  [
    'texts of JSON',
    transformed('{"t": "<c> by <w>"}', { w: '$.detail.who', c: '$.detail.count' }),
    { t: '2 by Ann "A"' },
  ],
  ['a text that looks like a number', transformed('{"t": <t>}', { t: '$.detail.text' }), { t: '7' }],
  ['text', transformed('<s> in <r>', { s: '$.source', r: '$.region' }), 'aws.x in eu-central-1'],
  ['quoted text', transformed('"<s> has <missing>"', { s: '$.source' }), 'aws.x has '],
  ['a value that is not there', transformed('{"m": <missing>}', { missing: '$.a.b' }), { m: '' }],
  ['the rule', transformed('{"n": <aws.events.rule-name>, "a": "<aws.events.rule-arn>"}', {}), { n: 'R', a: 'arn:R' }],
  ['the whole event in JSON', transformed('{"e": <aws.events.event.json>}', {}), { e: event }],
])('%s', (_what, target, input) => {
  expect(inputOf(target, event, rule)).toEqual(input);
});

test('a template with thousands of quotes that do not end takes no longer than it is long', () => {
  const template = `"${'\\"'.repeat(200_000)}`;
  expect(inputOf(transformed(template, {}), event, rule)).toBe(template);
});
