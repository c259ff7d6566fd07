import type { Caller } from '../caller';
import { validationError } from './validation-error';

/** Reads the object of a TemplateURL; `undefined` where there is none. */
export type ReadTemplate = (templateUrl: string, caller: Caller) => string | undefined | Promise<string | undefined>;

/** Bytes. */
const longestTemplate = 1_048_576;

/** @throws AwsError ValidationError where there is no such object, or it is too long */
export async function templateAt(url: string, caller: Caller, readTemplate: ReadTemplate): Promise<string> {
  const text = await readTemplate(url, caller);
  if (text === undefined) throw validationError(`S3 error: Access Denied, or no object at ${url}`);
  if (Buffer.byteLength(text) > longestTemplate)
    throw validationError(`Template may not exceed ${longestTemplate} bytes in size.`);
  return text;
}
