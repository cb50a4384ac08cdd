/*
 * What the tests ask a page: where things are on the screen, measured from outside of the extension.
 * Runs in every page before JupyterLab does; answers are plain JSON.
 */
window.e2e = (() => {
  const app = () => window.jupyterapp;
  const current = () => app().shell.currentWidget;
  const cellsOf = widget => widget.content.widgets ?? null;

  /** A rectangle in pixels of the window. */
  const box = element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  };

  /** CodeMirror's view of a cell, or of the file if `cell` is null; undefined while it has none. */
  const view = cell => {
    const widget = current();
    const editor = cell === null ? widget.content.editor : cellsOf(widget)[cell]?.editor;
    return editor?.editor;
  };

  const cellOf = element => {
    const cells = cellsOf(current());
    const node = element.closest('.jp-Cell');
    return cells && node ? cells.findIndex(cell => cell.node === node) : null;
  };

  const isPainted = element => {
    const style = getComputedStyle(element);
    return (
      style.visibility !== 'hidden' && style.display !== 'none' && Number(style.opacity) > 0.05
    );
  };

  /** The latest time at which something happened, on one clock for all pages of a browser. */
  const now = () => performance.timeOrigin + performance.now();

  return {
    isReady: () => Boolean(app()?.isPluginActivated?.('@jupyterlab/application-extension:layout')),

    openDocument: async (path, withKernel) => {
      await app().restored;
      const quiet = { shouldStart: false, canStart: false, autoStartDefault: false };
      const widget = await app().commands.execute('docmanager:open', {
        path,
        ...(withKernel ? {} : { kernelPreference: quiet })
      });
      await widget.context.ready;
      await widget.revealed;
    },

    /** Close all documents, whatever has been typed into them. */
    closeAll: () => {
      for (const widget of [...app().shell.widgets('main')]) {
        if (widget.context) {
          widget.context.model.dirty = false;
        }
        widget.close();
      }
    },

    documents: () => [...app().shell.widgets('main')].flatMap(widget => widget.context?.path ?? []),

    /** Whether the document is current and can be worked in. */
    isOpen: path => current()?.context?.path === path && current().context.isReady,

    /**
     * Whether any part of a cell can be seen, or its lower edge if nothing is below it. JupyterLab
     * makes the cells of an opened notebook bit by bit: what is not there yet cannot be seen.
     */
    isInSight: cell => {
      const cells = cellsOf(current());
      if (!cells[cell]) {
        return false;
      }
      const { top, bottom } = box(cells[cell].node);
      const { top: first, bottom: last } = box(current().content.node);
      const isLast = cell === cells.length - 1;
      return top < last && (bottom > first || isLast) && bottom > top;
    },

    source: cell => {
      const { content } = current();
      const { model } = cell === null ? content : cellsOf(current())[cell];
      return model.sharedModel.getSource();
    },

    /**
     * Put the user's own caret somewhere, as a click would: focus, selection, scrolled into sight; null is
     * the end of the text. Cells that were out of sight have no editor yet.
     */
    select: async (cell, position, anchor) => {
      const { content } = current();
      if (cell !== null) {
        if (!view(cell)) {
          await content.scrollToItem(cell);
          await cellsOf(current())[cell].ready;
        }
        content.activeCellIndex = cell;
        content.mode = 'edit';
      }
      const editor = view(cell);
      editor.focus();
      const head = position ?? editor.state.doc.length;
      const selection = { anchor: anchor ?? head, head };
      editor.dispatch({ selection, scrollIntoView: true });
      return now();
    },

    /** Where the user's own caret is: the cell (null: the file), and the place in it. */
    caret: () => {
      const cells = cellsOf(current());
      const cell = cells ? current().content.activeCellIndex : null;
      return [cell, view(cell).state.selection.main.head];
    },

    /** Replace a part of the text, as another program would: no user event, no focus. */
    replace: (cell, from, to, insert) => view(cell).dispatch({ changes: { from, to, insert } }),

    /** Where a character begins, as the browser has laid the text out; null while it is not in the page. */
    character: (cell, position) => {
      const editor = view(cell);
      if (!editor || position > editor.state.doc.length) {
        return null;
      }
      const { node, offset } = editor.domAtPos(position);
      const range = document.createRange();
      range.setStart(node, offset);
      range.setEnd(node, offset);
      // A range in an empty line has no place; the line break in it has.
      const rects = node.nodeType === Node.TEXT_NODE ? range.getClientRects() : [];
      const place = rects[rects.length - 1] ?? node.childNodes[offset]?.getBoundingClientRect();
      return place
        ? { left: place.left, top: place.top, right: place.left, bottom: place.bottom }
        : null;
    },

    carets: () =>
      [...current().node.querySelectorAll('.jp-AwarenessCaret')].filter(isPainted).map(element => ({
        cell: cellOf(element),
        ...box(element),
        colors: [...element.children].map(stripe =>
          stripe.style.getPropertyValue('--jp-awareness-color')
        ),
        approximate: element.querySelector('.jp-mod-approximate') !== null,
        offline: element.classList.contains('jp-mod-offline')
      })),

    selections: () => [...current().node.querySelectorAll('.jp-AwarenessSelection')].map(box),

    flags: () =>
      [...current().node.querySelectorAll('.jp-AwarenessFlag')].filter(isPainted).map(element => {
        const { left, top, right, bottom } = box(element);
        // What is on top at the flag's corners; the flag lets clicks through, so it is asked for itself.
        const events = element.style.pointerEvents;
        const all = [element, ...element.querySelectorAll('*')];
        all.forEach(one => (one.style.pointerEvents = 'auto'));
        const hit = (x, y) => element.contains(document.elementFromPoint(x, y));
        const whole = [left + 2, right - 2].every(x => [top + 2, bottom - 2].every(y => hit(x, y)));
        all.forEach(one => (one.style.pointerEvents = ''));
        element.style.pointerEvents = events;
        return { text: element.innerText, left, top, right, bottom, whole };
      }),

    /** What the faces in the current document's toolbar are called; none if they cannot be seen. */
    faces: () =>
      [...current().node.querySelectorAll('.jp-AwarenessStack-face')]
        .filter(face => face.checkVisibility())
        .map(face => face.getAttribute('aria-label')),

    /** What the rows of the file browser, or the tabs, say of people, by name; without those that say nothing. */
    glances: (place, name) =>
      Object.fromEntries(
        [...document.querySelectorAll(place)].flatMap(element => {
          const glance = element.querySelector('.jp-AwarenessGlance');
          return glance ? [[element.querySelector(name).innerText, glance.ariaLabel]] : [];
        })
      ),

    /** Change one of our settings, as the settings editor does. */
    change: async (name, value) => {
      const tokens = [...app().pluginRegistry._services.keys()];
      const token = tokens.find(one => one.name.endsWith(':ISettingRegistry'));
      const registry = await app().resolveRequiredService(token);
      await registry.set('jupyter-awareness:plugin', name, value);
    },

    /** Where each row of the file browser is, by name. */
    rows: () =>
      Object.fromEntries(
        [...document.querySelectorAll('.jp-DirListing-item')].map(row => [
          row.querySelector('.jp-DirListing-itemText').innerText,
          box(row)
        ])
      ),

    /** Note from now on what screen readers are told of comings and goings. */
    listen: () => {
      window.e2eHeard = [];
      const region = document.querySelector('.jp-AwarenessVoice');
      window.e2eEar?.disconnect();
      window.e2eEar = new MutationObserver(() => {
        if (region.textContent) {
          window.e2eHeard.push(region.textContent);
        }
      });
      window.e2eEar.observe(region, { childList: true, characterData: true, subtree: true });
    },

    heard: () => window.e2eHeard,

    /** Whether the page is in the rooms of all documents that are open. */
    isInRooms: async () => {
      const tokens = [...app().pluginRegistry._services.keys()];
      const token = tokens.find(one => one.name.endsWith(':IPresence'));
      const { documents } = await app().resolveRequiredService(token);
      return [...documents].every(({ connection }) => connection.kind === 'connected');
    },

    /** The open panel of people: by heading, how each row is called. */
    people: () =>
      Object.fromEntries(
        [...document.querySelectorAll('#jp-awareness-people section')].map(section => [
          section.querySelector('h3').firstChild.textContent,
          [...section.querySelectorAll('.jp-AwarenessPerson-main')].map(row =>
            row.getAttribute('aria-label')
          )
        ])
      ),

    /** Close the right sidebar. */
    collapseRight: () => app().shell.collapseRight(),

    /** Activate a cell in command mode, as the arrow keys do. */
    activate: async cell => {
      const { content } = current();
      await content.scrollToItem(cell);
      await cellsOf(current())[cell].ready;
      content.activeCellIndex = cell;
      content.deselectAll();
      content.mode = 'command';
      content.activeCell.node.focus();
    },

    activeCell: () => current().content.activeCellIndex,

    cellIds: () => cellsOf(current()).map(cell => cell.model.id),

    /** Where a part of a cell is: what a selector finds first in it. */
    part: (cell, selector) => box(cellsOf(current())[cell].node.querySelector(selector)),

    /** Where the text of a cell's prompt is: the prompt itself has room around it. */
    promptText: cell => {
      const range = document.createRange();
      range.selectNodeContents(cellsOf(current())[cell].node.querySelector('.jp-InputPrompt'));
      return box(range);
    },

    kernelStatus: () => current().sessionContext.session?.kernel?.status ?? null,

    /** End all kernels; some may have ended already. */
    shutdownAll: () =>
      app()
        .serviceManager.sessions.shutdownAll()
        .catch(() => undefined),

    /** Execute a command without waiting for its end. */
    start: command => {
      void app().commands.execute(command);
    },

    /** Who is in which cell, as it is told and as it is drawn; cells out of sight have no marks. */
    cellMarks: () =>
      [...current().node.querySelectorAll('.jp-AwarenessCell')]
        .filter(mark => mark.checkVisibility())
        .map(mark => ({
          cell: cellOf(mark),
          told: mark.querySelector('.jp-Awareness-unseen').textContent,
          describes: mark.parentElement
            .getAttribute('aria-describedby')
            .split(' ')
            .includes(mark.querySelector('.jp-Awareness-unseen').id),
          colors: [...mark.querySelectorAll('.jp-AwarenessCell-bar > *')].map(stripe =>
            stripe.style.getPropertyValue('--jp-awareness-color')
          ),
          typing: mark.querySelectorAll('.jp-AwarenessTyping').length,
          running: mark.querySelectorAll('.jp-AwarenessCell-face[data-running=true]').length,
          bar: box(mark.querySelector('.jp-AwarenessCell-bar')),
          faces: box(mark.querySelector('.jp-AwarenessCell-faces'))
        })),

    /** What the faces at the edges of the current notebook are called. */
    edges: () =>
      Object.fromEntries(
        ['above', 'below'].map(side => [
          side,
          [...current().node.querySelectorAll(`.jp-AwarenessEdge[data-side=${side}] button`)]
            .filter(face => face.checkVisibility({ visibilityProperty: true }))
            .map(face => face.getAttribute('aria-label'))
        ])
      ),

    /** Click a face at an edge of the current notebook. */
    clickEdge: side =>
      current().node.querySelector(`.jp-AwarenessEdge[data-side=${side}] button`).click(),

    /** Where all cells of the current notebook are, and how much there is to scroll. */
    layout: () => ({
      cells: cellsOf(current()).map(({ node }) => box(node)),
      scrolled: current().content.outerNode.scrollTop,
      height: current().content.outerNode.scrollHeight
    }),

    /** Whether JupyterLab has drawn all cells that it wants to draw in this windowing mode. */
    isDrawn: () => cellsOf(current()).every(cell => !cell.isPlaceholder()),

    /**
     * Note in which cells of the current notebook the extension changes anything from now on; JupyterLab
     * itself has its own reasons to change cells.
     */
    watchCells: () => {
      const isOurs = node => node instanceof Element && /jp-Awareness/.test(node.className);
      window.e2eCells = new Set();
      window.e2eCellWatch?.disconnect();
      window.e2eCellWatch = new MutationObserver(records => {
        for (const { addedNodes, attributeName, removedNodes, target } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          const changed = [...addedNodes, ...removedNodes].some(isOurs);
          const described = attributeName === 'aria-describedby';
          if (changed || described || element.closest('[class*="jp-Awareness"]')) {
            window.e2eCells.add(element.closest('.jp-Cell') ? cellOf(element) : -1);
          }
        }
      });
      window.e2eCellWatch.observe(current().content.node, {
        attributes: true,
        characterData: true,
        childList: true,
        subtree: true
      });
    },

    /** The cells noted since `watchCells`; -1 is what is in none. */
    changedCells: () => [...window.e2eCells].sort((a, b) => a - b),

    /** Change a setting, as the settings editor does. */
    configure: async (plugin, key, value) => {
      const services = [...app().pluginRegistry._services.keys()];
      const token = services.find(({ name }) => name.endsWith(':ISettingRegistry'));
      const registry = await app().resolveRequiredService(token);
      await registry.set(plugin, key, value);
    },

    /** The bar of the guard above the current document; null if there is none to be seen. */
    bar: () => {
      const bar = current().node.querySelector('.jp-AwarenessGuard');
      return bar?.checkVisibility()
        ? {
            kind: bar.dataset.notice,
            serious: bar.classList.contains('jp-mod-serious'),
            text: bar.querySelector('.jp-AwarenessGuard-words').innerText,
            buttons: [...bar.querySelectorAll('button')].map(
              button => button.getAttribute('aria-label') ?? button.innerText
            )
          }
        : null;
    },

    /** The open dialog: its title, its text, and its buttons; null if there is none to be read yet. */
    dialog: () => {
      const dialog = document.querySelector('.jp-Dialog');
      const title = dialog?.querySelector('.jp-Dialog-header').innerText;
      return title
        ? {
            title,
            body: dialog.querySelector('.jp-Dialog-body').innerText,
            buttons: [...dialog.querySelectorAll('.jp-Dialog-footer button')].map(
              button => button.innerText
            )
          }
        : null;
    },

    /** The comparison that is in front: labels, summary, and of each part the lines that differ. */
    differences: () => {
      const diff = [...document.querySelectorAll('.jp-AwarenessDiff')].find(one =>
        one.checkVisibility()
      );
      const texts = (node, selector) =>
        [...node.querySelectorAll(selector)].map(one => one.textContent);
      return diff
        ? {
            labels: texts(diff, 'h2'),
            summary: diff.querySelector('.jp-AwarenessDiff-summary').textContent,
            parts: [...diff.querySelectorAll('section')].map(part => ({
              title: part.querySelector('h3').textContent,
              notes: texts(part, '.jp-AwarenessDiff-note'),
              left: texts(part, '.cm-merge-a .cm-changedLine'),
              right: texts(part, '.cm-merge-b .cm-changedLine')
            })),
            equal: texts(diff, '.jp-AwarenessDiff-equal')
          }
        : null;
    },

    /** Whether the current document has unsaved changes, as JupyterLab sees it. */
    isDirty: () => current().context.model.dirty,

    /** Save as Ctrl+S does, without waiting for the end. */
    save: () => {
      window.e2eSaving = true;
      const done = () => {
        window.e2eSaving = false;
      };
      app().commands.execute('docmanager:save').then(done, done);
    },

    /** How far saving has come; null while it goes on. */
    saving: () =>
      document.querySelector('.jp-Dialog') ? 'asks' : window.e2eSaving ? null : 'saved',

    /** From now on, count how often autosave of the current document is due. */
    countAutosaves: () => {
      const { context } = current();
      const { get } = Object.getOwnPropertyDescriptor(context, 'canSave');
      window.e2eAutosaves = 0;
      Object.defineProperty(context, 'canSave', {
        configurable: true,
        get: () => {
          window.e2eAutosaves++;
          return get();
        }
      });
    },

    autosaves: () => window.e2eAutosaves,

    /** Bring that widget of a file into view that has this kind of model. */
    reveal: (path, model) => {
      const found = [...app().shell.widgets('main')].find(
        ({ context }) => context?.path === path && context.factoryName === model
      );
      app().shell.activateById(found.id);
    },

    /** The texts of all documents that are open, as they are on this page. */
    texts: () =>
      [...app().shell.widgets('main')].flatMap(({ context }) =>
        context ? [context.model.toString()] : []
      ),

    now,

    /** Wait until the page has been drawn so many times. */
    frames: async count => {
      for (let frame = 0; frame < count; frame += 1) {
        await new Promise(resolve => requestAnimationFrame(resolve));
      }
    },

    /** Note when the carets of the current document next change on the screen. */
    watchCarets: () => {
      window.e2eMoved = null;
      window.e2eWatch?.disconnect();
      window.e2eWatch = new MutationObserver(() => {
        window.e2eMoved ??= now();
      });
      for (const layer of current().node.querySelectorAll('.jp-AwarenessCarets')) {
        window.e2eWatch.observe(layer, { attributes: true, childList: true, subtree: true });
      }
    }
  };
})();
