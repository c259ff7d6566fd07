const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  // The end-to-end tests wait for other processes most of the time, also on two cores.
  maxWorkers: Math.max(3, availableParallelism()),
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/sandbox'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { decoratorVersion: '2022-03' },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: { '^cdk-direct-connect-lag-membership$': '<rootDir>/lib' },
  reporters: ['default', '<rootDir>/test/closing-line-reporter.js'],
  passWithNoTests: false,
  restoreMocks: true,
};
