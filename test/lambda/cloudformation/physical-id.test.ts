import * as fc from 'fast-check';
import { formatPhysicalId, parsePhysicalId } from '../../../lambda/cloudformation/physical-id';
import { sentAt } from '../../../lambda/cloudformation/sent-at';

const id = (prefix: string) => fc.stringMatching(/^[a-z0-9]{8,21}$/).map(rest => `${prefix}-${rest}`);

describe('a physical id', () => {
  test.each([
    ['standalone', {}, 'dxcon-fg5678gh', { adopted: false }],
    ['in its LAG', { lagId: 'dxlag-fg1234aa' }, 'dxcon-fg5678gh/adopted', { adopted: true }],
    [
      'in another LAG',
      { lagId: 'dxlag-fg1234bb' },
      'dxcon-fg5678gh/from/dxlag-fg1234bb',
      { adopted: false, movedFrom: 'dxlag-fg1234bb' },
    ],
  ])('says that the connection was found %s', (_, found, text, parsed) => {
    expect(formatPhysicalId('dxcon-fg5678gh', found, 'dxlag-fg1234aa')).toBe(text);
    expect(parsePhysicalId(text)).toEqual({ connectionId: 'dxcon-fg5678gh', ...parsed });
  });

  test('says what was put into it, of any ids', () =>
    fc.assert(
      fc.property(id('dxcon'), id('dxlag'), fc.option(id('dxlag')), (connectionId, lagId, movedFrom) => {
        const found = movedFrom === null ? {} : { lagId: movedFrom };
        const isElsewhere = movedFrom !== null && movedFrom !== lagId;
        expect(parsePhysicalId(formatPhysicalId(connectionId, found, lagId))).toEqual({
          connectionId,
          adopted: movedFrom === lagId,
          ...(isElsewhere ? { movedFrom } : {}),
        });
      }),
    ));

  test.each([
    'Network-M-1ABCDEFGHIJKL',
    'Membership-not-created',
    '',
    'dxcon-fg5678gh/from/',
    'dxcon-fg5678gh/from/dxcon-fg5678gh',
    'dxcon-fg5678gh/adopted/from/dxlag-fg1234bb',
    'dxlag-fg1234aa',
    'dxcon-fg5678gh\n',
  ])('%j is not a membership’s', text => {
    expect(parsePhysicalId(text)).toBeUndefined();
  });
});

describe('when CloudFormation sent an event', () => {
  test('is the time at which it signed the ResponseURL, in whole seconds', () => {
    const url = 'https://cloudformation-custom-resource-response.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4-HMAC-SHA256';
    expect(sentAt(`${url}&X-Amz-Date=20260329T013059Z&X-Amz-Expires=7199`)).toBe(
      Date.UTC(2026, 2, 29, 1, 30, 59) / 1000,
    );
  });

  test.each([
    'https://s3.amazonaws.com/x?AWSAccessKeyId=key&Expires=1767225600&Signature=s',
    'https://s3.amazonaws.com/x',
    'https://s3.amazonaws.com/x?X-Amz-Date=yesterday',
  ])('is unknown where the URL does not say: %s', url => {
    expect(sentAt(url)).toBeUndefined();
  });
});
