import { zipSync } from 'fflate';
import { codeOfArchive } from '../function-code';

test('an archive whose entries lie outside of it is refused', () => {
  const archive = zipSync({ '../evil.js': new Uint8Array([1]) });
  expect(() => codeOfArchive(archive)).toThrow('Could not unzip uploaded file');
});

test('an archive that takes too long to unzip is refused, whatever its directory says', () => {
  const archive = zipSync({ z: new Uint8Array(50 * 1024 * 1024) });
  expect(codeOfArchive(archive).files).toHaveProperty('z');
  expect(() => codeOfArchive(archive, 1)).toThrow('Could not unzip uploaded file');
});

test('bytes that are no archive are refused', () => {
  expect(() => codeOfArchive(new Uint8Array([1, 2, 3]))).toThrow('Could not unzip uploaded file');
});
