import { createContext, useContext } from 'react';
import { english, type Words } from './english';

/** The words of the language the page was opened in. */
export const WordsContext = createContext<Words>(english);

export const useWords = (): Words => useContext(WordsContext);
