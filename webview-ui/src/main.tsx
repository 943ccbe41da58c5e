import { createRoot } from 'react-dom/client';
import { App } from './App';
import { openHostLink } from './hostLink';
import { chooseWords } from './text/chooseWords';
import { WordsContext } from './text/wordsContext';
import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/header.css';
import './styles/pages.css';
import './styles/plan.css';
import './styles/needs.css';
import './styles/results.css';
import './styles/timeline.css';
import './styles/runs.css';
import './styles/log.css';
import './styles/curves.css';
import './styles/comparison.css';
import './styles/doctor.css';

const place = document.getElementById('panel');
if (place !== null) {
  createRoot(place).render(
    <WordsContext.Provider value={chooseWords(document.documentElement.lang)}>
      <App link={openHostLink()} />
    </WordsContext.Provider>,
  );
}
