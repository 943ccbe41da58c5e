import * as v from 'valibot';
import { approvalThrough } from '../approval';
import { short } from '../data';
import { personOnly, type PersonOnly } from '../refusals';
import { refuse } from './proposeChange';
import { defineTool, Refused } from '../tool';

const about = Object.keys(personOnly) as [PersonOnly, ...PersonOnly[]];

/** Puts before the person what only they may decide. */
export const askPerson = defineTool({
  name: 'bridge_ask_person',
  title: 'Ask the person',
  description:
    'Puts before the person what only they may decide. "approval" asks them to approve the checkpoint that waits, in a question of your client where it has one; everything else is written into the timeline under your name, and the answer says what the person would have to do. You decide none of it.',
  input: v.strictObject({
    about: v.pipe(v.picklist(about), v.description('what the person would have to do or allow')),
    why: v.pipe(v.string(), v.minLength(1), v.maxLength(500), v.description('why you ask, in a sentence')),
  }),
  output: v.object({ answer: v.picklist(['approved', 'declined']) }),
  async run({ about: what, why }, context) {
    if (what !== 'approval') return refuse(what, `what you asked for (${short(why)})`, context);
    if (context.state().checkpoint.kind !== 'shown')
      throw new Refused('No checkpoint waits for an approval now. bridge_status says how things stand.');
    const answer = await approvalThrough(context);
    if (answer === 'unasked' || answer === 'later')
      await refuse('approval', 'to approve the checkpoint', context);
    const approved = answer === 'approved';
    const sentence = approved
      ? 'The person approved what the checkpoint showed; it starts.'
      : 'The person declined. Ask them what should change before you start it again.';
    return { sentence, data: { answer: approved ? ('approved' as const) : ('declined' as const) } };
  },
});
