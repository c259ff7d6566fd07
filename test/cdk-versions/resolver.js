const { sep } = require('node:path');

/** The folder with the packed package and a CDK of another version. */
const folder = process.env.CDK_VERSIONS_FOLDER;

/** Of jest: the tests of the library's sources take the packed package, and the CDK that is installed beside it. */
module.exports = (request, options) => {
  const fromTest = !options.basedir.includes(`${sep}node_modules`);
  const cdk = fromTest && /^(aws-cdk-lib|constructs)(\/|$)/.test(request);
  const library = fromTest && /^(\.\.\/)+lib(?=\/|$)/.exec(request);
  if (cdk) return options.defaultResolver(request, { ...options, basedir: folder });
  if (!library) return options.defaultResolver(request, options);
  const packed = request.replace(library[0], './node_modules/cdk-direct-connect-lag-membership/dist');
  return options.defaultResolver(packed, { ...options, basedir: folder });
};
