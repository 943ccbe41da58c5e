import * as vscode from 'vscode';
import type { Translate } from '../core/text/translate';

/** `vscode.l10n.t` in the shape that the views take. */
export const translate: Translate = (message, ...args) => vscode.l10n.t(message, ...args);
