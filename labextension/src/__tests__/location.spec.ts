import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import { describe, expect, it, vi } from 'vitest';

import { Location } from '../location';
import { CONTENTS, FakeContext, FakeNotebook, panel } from './fakes';

type IShell = ConstructorParameters<typeof Location>[0];

class FakeShell {
  currentWidget: Widget | null = null;
  readonly currentChanged = new Signal<this, unknown>(this);
  get real(): IShell {
    return this as unknown as IShell;
  }
  show(widget: Widget | null): void {
    this.currentWidget = widget;
    this.currentChanged.emit(null);
  }
}

function watch(shell: FakeShell): [Location, ReturnType<typeof vi.fn>] {
  const location = new Location(shell.real, CONTENTS);
  const changed = vi.fn();
  location.changed.connect(changed);
  return [location, changed];
}

describe('Location', () => {
  it('is nowhere without a document', () => {
    const shell = new FakeShell();
    const [location] = watch(shell);
    expect(location.current).toBeNull();
    shell.show({ content: {} } as unknown as Widget);
    expect(location.current).toBeNull();
    shell.show({ context: 'no context' } as unknown as Widget);
    expect(location.current).toBeNull();
    shell.show(panel(new FakeContext('GitHub:a.py')));
    expect(location.current).toBeNull();
  });

  it('is the document that is shown from the start', () => {
    const shell = new FakeShell();
    shell.currentWidget = panel(new FakeContext('RTC:folder/a.py'));
    expect(watch(shell)[0].current).toEqual({ path: 'folder/a.py', type: 'file' });
  });

  it('follows the cells of the notebook that is shown, and of no other', () => {
    const shell = new FakeShell();
    const [location, changed] = watch(shell);
    const [first, second] = [new FakeNotebook(), new FakeNotebook()];
    shell.show(panel(new FakeContext('a.ipynb'), first));
    expect(location.current).toEqual({ path: 'a.ipynb', type: 'notebook' });
    first.go('c', 2);
    expect(location.current).toEqual({ path: 'a.ipynb', type: 'notebook', cell: 'c', index: 2 });
    shell.show(panel(new FakeContext('b.ipynb'), second));
    changed.mockClear();
    first.go('d', 3);
    expect(changed).not.toHaveBeenCalled();
    second.go('e', 0);
    expect(changed).toHaveBeenCalled();
    expect(location.current).toMatchObject({ path: 'b.ipynb', cell: 'e' });
  });

  it('follows a rename', () => {
    const shell = new FakeShell();
    const [location, changed] = watch(shell);
    const context = new FakeContext('a.py');
    shell.show(panel(context));
    changed.mockClear();
    context.rename('b.py');
    expect(changed).toHaveBeenCalledTimes(1);
    expect(location.current?.path).toBe('b.py');
  });

  it('is nowhere once the document is closed', () => {
    const shell = new FakeShell();
    const [location, changed] = watch(shell);
    const context = new FakeContext('a.py');
    shell.show(panel(context));
    changed.mockClear();
    context.disposed.emit();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(location.current).toBeNull();
  });

  it('listens no more once disposed', () => {
    const shell = new FakeShell();
    const [location, changed] = watch(shell);
    const notebook = new FakeNotebook();
    shell.show(panel(new FakeContext('a.ipynb'), notebook));
    changed.mockClear();
    location.dispose();
    notebook.go('c', 0);
    shell.show(null);
    expect(changed).not.toHaveBeenCalled();
    expect(location.isDisposed).toBe(true);
  });

  it('asks only once of a shell that does not switch', () => {
    const shell = { currentWidget: panel(new FakeContext('a.py')) };
    const location = new Location(shell, CONTENTS);
    expect(location.current?.path).toBe('a.py');
    location.dispose();
  });
});
