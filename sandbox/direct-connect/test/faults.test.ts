import { readFaults } from '../faults';
import { InvalidDocument } from '../shape';

const problemsOf = (value: unknown) => {
  try {
    readFaults(value);
  } catch (error) {
    if (error instanceof InvalidDocument) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
};

test('a list of faults is read as it is', () => {
  const faults = [
    { operation: 'AssociateConnectionWithLag', error: 'DirectConnectServerException', times: 2, afterApplying: true },
    { operation: '*', error: 'ThrottlingException', status: 400, message: 'Rate exceeded' },
    { operation: 'DescribeLags', error: 'LostAnswer' },
  ];
  expect(readFaults(faults)).toEqual(faults);
  expect(readFaults([])).toEqual([]);
});

test('every problem of a list of faults is named, and none of it is taken', () => {
  expect(
    problemsOf([
      { operation: 'AssociateConnection', error: 'DirectConnectServerException' },
      { operation: '*' },
      { operation: '*', error: 'Not a name', times: 0, status: 200, afterApplying: 'yes', message: 1 },
      { operation: '*', error: 'LostAnswer', status: 500 },
      { operation: '*', error: 'ThrottlingException', count: 3 },
      'DescribeLags',
    ]),
  ).toEqual([
    '[0].operation',
    '[1].error',
    '[2].error',
    '[2].status',
    '[2].message',
    '[2].times',
    '[2].afterApplying',
    '[3].status',
    '[4].count',
    '[5]',
  ]);
  expect(problemsOf({ operation: '*', error: 'ThrottlingException' })).toEqual(['$']);
});

test('a problem says what was found and what is allowed', () => {
  expect(() => readFaults([{ operation: '*', error: 'ThrottlingException', times: 0 }])).toThrow(
    'The list of faults has a problem, and nothing of it was applied:\n- [0].times is 0; allowed: a whole number from 1 to',
  );
});
