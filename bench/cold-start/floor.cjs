'use strict';
// The least that a handler can do: signs one request of Direct Connect with Node.js alone, and sends it.
const { createHash, createHmac } = require('node:crypto');
const { request } = require('node:https');

exports.handler = () => {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const url = new URL(AWS_ENDPOINT_URL);
  const body = '{"connectionId":"dxcon-00000000"}';
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': time,
    'x-amz-security-token': AWS_SESSION_TOKEN,
    'x-amz-target': 'OvertureService.DescribeConnections',
  };
  const names = Object.keys(headers);
  const sha256 = text => createHash('sha256').update(text).digest('hex');
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const lines = names.map(name => `${name}:${headers[name]}`);
  const canonical = ['POST', '/', '', ...lines, '', names.join(';'), sha256(body)].join('\n');
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/directconnect/aws4_request`;
  const key = scope.split('/').reduce(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers: { ...headers, authorization } }, response => {
      response.resume().on('end', resolve);
    });
    outgoing.on('error', reject).end(body);
  });
};
