/** Another driver took the journal over; whoever sees this must not act any more. */
export class LeaseLost extends Error {
  constructor() {
    super('another process has taken over this workspace');
    this.name = 'LeaseLost';
  }
}
