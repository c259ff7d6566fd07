'use strict';
// A fresh process that does what Lambda's runtime does: loads the handler named on the command line, and calls it with
// the event of the environment. Asked in between, it tells what it has used so far.
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.channel.unref();
const { handler } = require(process.argv[2]);
const context = { getRemainingTimeInMillis: () => 900_000, logStreamName: 'stream', awsRequestId: 'request' };
const end = () => process.send({ end: process.memoryUsage.rss() }, () => process.exit());
Promise.resolve(handler(JSON.parse(process.env.EVENT), context)).then(end, error => {
  // AwsCustomResource sends its answer to port 443 of the host, where nobody listens; the event is over by then.
  if (error.code === 'ECONNREFUSED' && error.port === 443) return end();
  console.error(error);
  process.exit(1);
});
