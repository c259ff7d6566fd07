import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { AwsError } from '../aws-error';
import { withinTime } from '../time-limit';

/** A function's code: the files below its task root, by path. */
export interface FunctionCode {
  readonly files: { readonly [path: string]: Uint8Array };
  /** Base64, as `CodeSha256` of the API. */
  readonly sha256: string;
  /** Bytes of the archive. */
  readonly size: number;
}

/** Bytes; source: "Lambda quotas", deployment package size, and the `ZipFile` property of AWS::Lambda::Function Code. */
const limits = { unzipped: 250 * 1024 * 1024, inline: 4 * 1024 * 1024 };

/** Milliseconds: the entries of an archive can hold much more than its directory says, and share what they hold. */
const patience = 5_000;

/**
 * A deployment package.
 *
 * @param milliseconds in which it has to be unzipped. @default 5,000
 * @throws {AwsError} InvalidParameterValueException for bytes that are no zip archive, or one too large
 */
export function codeOfArchive(archive: Uint8Array, milliseconds = patience): FunctionCode {
  let unzippedBytes = 0;
  const files: { [path: string]: Uint8Array } = {};
  try {
    const filter = (entry: UnzipFileInfo): boolean => {
      unzippedBytes += entry.originalSize;
      return unzippedBytes <= limits.unzipped && !entry.name.endsWith('/');
    };
    for (const [path, bytes] of Object.entries(withinTime(milliseconds, () => unzipSync(archive, { filter })))) {
      if (posix.isAbsolute(path) || path.includes('\\') || posix.normalize(path).startsWith('..')) {
        throw new Error(`the entry ${path} lies outside the archive`);
      }
      files[posix.normalize(path)] = bytes;
    }
  } catch (cause) {
    const message = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
    throw new AwsError('InvalidParameterValueException', message, 400, { cause });
  }
  if (unzippedBytes > limits.unzipped) {
    const message = `Unzipped size must be smaller than ${limits.unzipped} bytes`;
    throw new AwsError('InvalidParameterValueException', message);
  }
  return { files, sha256: sha256Of(archive), size: archive.length };
}

/** Source text from a template's `ZipFile`: CloudFormation puts it in a file named `index.js`. */
export function codeOfSource(source: string): FunctionCode {
  const bytes = new TextEncoder().encode(source);
  if (bytes.length > limits.inline) {
    throw new AwsError(
      'InvalidParameterValueException',
      `ZipFile must be at most ${limits.inline} bytes, not ${bytes.length}`,
    );
  }
  return { files: { 'index.js': bytes }, sha256: sha256Of(bytes), size: bytes.length };
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
