const { availableParallelism } = require('node:os');

const compile = tsx => [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', tsx, decorators: true },
      transform: { decoratorVersion: '2022-03', react: { runtime: 'automatic', importSource: 'preact' } },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
  },
];

/** @type {import('jest').Config} */
module.exports = {
  // The end-to-end tests wait for other processes most of the time, also on two cores.
  maxWorkers: Math.max(4, availableParallelism()),
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/sandbox'],
  testMatch: ['**/*.test.ts'],
  // Whole rehearsals and rollbacks with the real CLI, minutes of them: `npm run test:long`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/long/'],
  transform: { '^.+\\.ts$': compile(false), '^.+\\.tsx$': compile(true) },
  moduleNameMapper: { '^cdk-direct-connect-lag-membership$': '<rootDir>/lib' },
  reporters: ['default', '<rootDir>/test/closing-line-reporter.js'],
  passWithNoTests: false,
  restoreMocks: true,
  // On a machine that is busy with something else, too.
  testTimeout: 20_000,
};
