import { type ProgressStream, progressView } from '../../sandbox/rehearse/progress';

/** A stream that keeps what is written. */
function streamOf(terminal: Omit<ProgressStream, 'write'>) {
  const written: string[] = [];
  return { ...terminal, written, write: (text: string) => written.push(text) };
}

describe('the progress on a terminal', () => {
  const atWork = { what: 'AssociateConnectionWithLag fails: dxcon-11111111', done: 1, total: 4 };

  test('is a bar that is drawn over itself, and moves while nothing else does', () => {
    const stream = streamOf({ isTTY: true, columns: 100 });
    const view = progressView(stream);
    view.show(atWork);
    view.tick();
    expect(stream.written).toEqual([
      '\r\x1b[K⠋ █████░░░░░░░░░░░░░░░ 1/4 AssociateConnectionWithLag fails: dxcon-11111111',
      '\r\x1b[K⠙ █████░░░░░░░░░░░░░░░ 1/4 AssociateConnectionWithLag fails: dxcon-11111111',
    ]);
    view.show({ what: 'the last', done: 4, total: 4 });
    expect(stream.written.at(-1)).toBe('\r\x1b[K⠙ ████████████████████ 4/4 the last');
  });

  test('has no bar where it is not known how much there is to do', () => {
    const stream = streamOf({ isTTY: true, columns: 100 });
    progressView(stream).show({ what: 'synthesizing the app', done: 0 });
    expect(stream.written).toEqual(['\r\x1b[K⠋ synthesizing the app']);
  });

  test.each([80, 40, 20])('never wraps in %i columns, so that it can be drawn over', columns => {
    const stream = streamOf({ isTTY: true, columns });
    progressView(stream).show({ ...atWork, what: 'x'.repeat(200) });
    expect(stream.written[0]?.replace('\r\x1b[K', '')).toHaveLength(columns - 1);
  });

  test('is taken away at the end, and for other lines; then nothing moves any more', () => {
    const stream = streamOf({ isTTY: true, columns: 80 });
    const view = progressView(stream);
    view.tick();
    view.clear();
    expect(stream.written).toEqual([]);
    view.show(atWork);
    view.clear();
    view.end();
    expect(stream.written.slice(1)).toEqual(['\r\x1b[K', '\r\x1b[K']);
    view.tick();
    view.end();
    expect(stream.written).toHaveLength(3);
  });
});

test('in a pipe the progress is a plain line a step', () => {
  const stream = streamOf({});
  const view = progressView(stream);
  view.show({ what: 'synthesizing the app', done: 0 });
  view.tick();
  view.clear();
  view.show({ what: 'the change', done: 1, total: 4 });
  view.end();
  expect(stream.written).toEqual(['synthesizing the app\n', '1/4 the change\n']);
});
