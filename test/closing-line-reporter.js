/** Prints `N passed, N failed` alone on the run's last line, for scripts that read it. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    // A file that could not even be loaded counts no test, but is a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.on('exit', () => console.log(`${results.numPassedTests} passed, ${failed} failed`));
  }
};
