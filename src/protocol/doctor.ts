/** The health of machine and folder, what is missing first. Sentences arrive in the person's language. */
export interface DoctorPage {
  readonly kind: 'doctor';
  readonly looking: boolean;
  /** Why looking did not work. */
  readonly failure: string | null;
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    /** It works; it is needed and missing; it would add something; it could not be found out. */
    readonly state: 'ok' | 'missing' | 'optional' | 'unknown';
    readonly sentence: string;
    /** What the button that mends it says. */
    readonly fix: string | null;
  }[];
}
