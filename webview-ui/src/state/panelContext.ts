import { createContext, useContext } from 'react';
import type { PanelIntent } from '../../../src/protocol/panelIntent';
import type { ComparisonStore } from './comparisonStore';
import type { CurvesStore } from './curvesStore';
import type { LogStore } from './logStore';
import { firstState, type PanelAction, type PanelState } from './panelState';

/** What every page may use: the state, how to change it, how to ask the host for something. */
export interface Panel {
  readonly state: PanelState;
  readonly dispatch: (action: PanelAction) => void;
  readonly send: (intent: PanelIntent) => void;
  readonly logs: LogStore | null;
  readonly curves: CurvesStore | null;
  readonly comparisons: ComparisonStore | null;
  /** Opens the page of runs with this run's log. */
  readonly openLog: (run: string) => void;
  /** False in a workspace that is not trusted: nothing can be started. */
  readonly mayAct: boolean;
}

const nowhere = () => undefined;

export const PanelContext = createContext<Panel>({
  state: firstState,
  dispatch: nowhere,
  send: nowhere,
  logs: null,
  curves: null,
  comparisons: null,
  openLog: nowhere,
  mayAct: false,
});

export const usePanel = (): Panel => useContext(PanelContext);
