import { connection, given, lag, refusal, virtualInterface } from './support';

const arn = (resource: string) => `arn:aws:directconnect:eu-central-1:111122223333:${resource}`;
const sandboxWithOneOfEach = () =>
  given({
    connections: [connection('dxcon-aaaaaaaa', { tags: [{ key: 'team', value: 'net' }] })],
    lags: [lag('dxlag-aaaaaaaa')],
    virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa')],
  });

describe('DescribeTags', () => {
  test('answers the tags of each resource, in the order asked for', async () => {
    const resourceArns = [arn('dxlag/dxlag-aaaaaaaa'), arn('dxcon/dxcon-aaaaaaaa')];
    await expect(sandboxWithOneOfEach().call('DescribeTags', { resourceArns })).resolves.toEqual({
      resourceTags: [
        { resourceArn: resourceArns[0], tags: [] },
        { resourceArn: resourceArns[1], tags: [{ key: 'team', value: 'net' }] },
      ],
    });
  });

  test.each([
    arn('dxcon/dxcon-zzzzzzzz'),
    arn('dxvif/dxcon-aaaaaaaa'),
    'arn:aws:directconnect:us-east-1:111122223333:dxcon/dxcon-aaaaaaaa',
    'arn:aws:directconnect:eu-central-1:999999999999:dxcon/dxcon-aaaaaaaa',
    'arn:aws:s3:eu-central-1:111122223333:dxcon/dxcon-aaaaaaaa',
    'dxcon-aaaaaaaa',
  ])('refuses %s, which names nothing here', async resourceArn => {
    expect(await refusal(sandboxWithOneOfEach(), 'DescribeTags', { resourceArns: [resourceArn] })).toContain(
      resourceArn,
    );
  });
});

describe('TagResource', () => {
  test.each(['dxcon/dxcon-aaaaaaaa', 'dxlag/dxlag-aaaaaaaa', 'dxvif/dxvif-aaaaaaaa'])('tags %s', async resource => {
    const sandbox = sandboxWithOneOfEach();
    await expect(
      sandbox.call('TagResource', { resourceArn: arn(resource), tags: [{ key: 'site', value: 'Ashburn' }] }),
    ).resolves.toEqual({});
    await expect(sandbox.call('DescribeTags', { resourceArns: [arn(resource)] })).resolves.toMatchObject({
      resourceTags: [{ tags: expect.arrayContaining([{ key: 'site', value: 'Ashburn' }]) }],
    });
  });

  test('gives a key that is there already its new value', async () => {
    const sandbox = sandboxWithOneOfEach();
    const tags = [{ key: 'team', value: 'core' }];
    await sandbox.call('TagResource', { resourceArn: arn('dxcon/dxcon-aaaaaaaa'), tags });
    expect(sandbox.connection('dxcon-aaaaaaaa')?.tags).toEqual(tags);
  });

  test.each([
    ['a key twice', [{ key: 'a' }, { key: 'a' }], 'DuplicateTagKeysException'],
    ['more than 50 tags', Array.from({ length: 50 }, (_, n) => ({ key: `key${n}` })), 'TooManyTagsException'],
    ['an empty key', [{ key: '' }], 'DirectConnectClientException: tag key'],
    ['a long value', [{ key: 'a', value: 'x'.repeat(257) }], 'DirectConnectClientException: tag value'],
    ['a character that is not allowed', [{ key: 'a', value: '<' }], 'DirectConnectClientException: tag value'],
  ])('refuses %s', async (_what, tags, text) => {
    const input = { resourceArn: arn('dxcon/dxcon-aaaaaaaa'), tags };
    expect(await refusal(sandboxWithOneOfEach(), 'TagResource', input)).toContain(text);
  });
});

describe('UntagResource', () => {
  test('removes tags by their keys, and a key that is not there is no error', async () => {
    const sandbox = sandboxWithOneOfEach();
    await expect(
      sandbox.call('UntagResource', { resourceArn: arn('dxcon/dxcon-aaaaaaaa'), tagKeys: ['team', 'none'] }),
    ).resolves.toEqual({});
    expect(sandbox.connection('dxcon-aaaaaaaa')).not.toHaveProperty('tags');
  });
});
