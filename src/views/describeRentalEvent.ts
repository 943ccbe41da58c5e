import type { RentalEvent } from '../core/run/rentalEvent';
import type { Translate } from '../core/text/translate';
import type { EventSentence } from './eventSentence';

/** What an event of rented machines says. */
export function describeRentalEvent(event: RentalEvent, t: Translate): EventSentence {
  const plain = (sentence: string, more: Partial<EventSentence> = {}): EventSentence => ({
    ...{ sentence, by: null, run: null, tone: 'plain' },
    ...more,
  });
  switch (event.type) {
    case 'rental.requested': {
      const { gpus, gpuName, usdPerHour, diskUsdPerHour } = event.offer;
      const price = (usdPerHour + diskUsdPerHour).toFixed(2);
      return plain(t('A machine is rented: {0} x {1} at ${2} an hour', gpus, gpuName, price));
    }
    case 'rental.found':
      return plain(t('The provider has machine {0}; it costs money from now on', event.id));
    case 'rental.ready':
      return plain(t('Machine {0} can be worked on', event.rental), { tone: 'good' });
    case 'rental.ending':
      return plain(t('Machine {0} is given back: {1}', event.rental, event.why), { by: event.by });
    case 'rental.gone':
      return event.lost
        ? plain(t('Machine {0} went away: {1}', event.rental, event.why), { tone: 'bad' })
        : plain(t('Machine {0} is gone and costs nothing more', event.rental));
  }
}
