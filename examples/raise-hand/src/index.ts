/*
 * Raise your hand in a notebook, and see who else did: an extension of one's own on top of presence.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { IPresence } from 'jupyter-awareness';
import type { IDocumentPresence, IPeer } from 'jupyter-awareness';

/** The field of this extension in everybody's state; name yours so that no other extension has it. */
const FIELD = 'raise-hand';

/** What others say is not to be trusted: whatever is not exactly `true` is no raised hand. */
function hasRaised(peer: IPeer): boolean {
  return peer.state[FIELD] === true;
}

class RaiseHand extends Widget {
  constructor(
    private readonly _presence: IPresence,
    private readonly _panel: NotebookPanel
  ) {
    super({ node: document.createElement('button') });
    this.addClass('jp-ToolbarButtonComponent');
    this.node.onclick = () => {
      this._isUp = !this._isUp;
      this._document?.set(FIELD, this._isUp ? true : undefined);
      this._draw();
    };
    _presence.documentAdded.connect(this._find, this);
    this._find();
  }

  /* The notebook's presence may come a moment after its toolbar. */
  private _find(): void {
    const found = this._presence.documentFor(this._panel.context);
    if (found && found !== this._document) {
      this._document = found;
      found.changed.connect(this._draw, this);
    }
    this._draw();
  }

  /* One person may have the notebook open twice. */
  private _draw(): void {
    const people = this._document?.people ?? [];
    const names = people
      .filter(person => !person.self && person.peers.some(hasRaised))
      .map(person => person.user.display_name);
    this.node.setAttribute('aria-pressed', String(this._isUp));
    this.node.textContent = ['✋', ...names].join(' ');
    this.node.title = this._isUp ? 'Lower your hand' : 'Raise your hand';
  }

  private _document: IDocumentPresence | null = null;
  private _isUp = false;
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-awareness-raise-hand:plugin',
  description: 'A button in notebooks with which people raise their hands.',
  autoStart: true,
  requires: [IPresence, IToolbarWidgetRegistry],
  activate: (_: JupyterFrontEnd, presence: IPresence, toolbars: IToolbarWidgetRegistry) => {
    toolbars.addFactory<NotebookPanel>(
      'Notebook',
      'raise-hand',
      panel => new RaiseHand(presence, panel)
    );
  }
};

export default plugin;
