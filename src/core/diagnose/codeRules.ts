import type { Rule } from './rule';

/**
 * Exceptions whose name alone says that the program is wrong. Tried before every rule by words: a KeyError for
 * the key 'out of memory' is a KeyError.
 */
export const certainlyCode: readonly Rule[] = [
  // matplotlib, transformers and pandas raise some of these while importing; what they miss is still a package.
  {
    class: 'code',
    exceptions: ['nameerror', 'unboundlocalerror'],
    summary: 'a name is used that does not exist',
    advice: 'Define or import the name before this line, or correct its spelling.',
  },
  {
    class: 'code',
    exceptions: ['keyerror', 'attributeerror'],
    summary: 'something is looked up that is not there',
    advice:
      'Print what the object or the table does have at this line; versions of a library often rename such things.',
  },
  {
    class: 'code',
    exceptions: ['syntaxerror', 'indentationerror', 'taberror'],
    summary: 'the source is not valid Python',
    advice:
      'Correct the line; also check that the Python of the run is the version the code was written for.',
  },
  {
    class: 'code',
    exceptions: [
      'zerodivisionerror',
      'stopiteration',
      'recursionerror',
      'unicodedecodeerror',
      'unicodeencodeerror',
      'jsondecodeerror',
      'notimplementederror',
      'fileexistserror',
      'isadirectoryerror',
      'notadirectoryerror',
      'emptydataerror',
      'parsererror',
      'argumenterror',
      'paramvalidationerror',
      'notfittederror',
      'linalgerror',
      'axiserror',
      'ufunctypeerror',
      '_ufuncnolooperror',
      'picklingerror',
      'unpicklingerror',
    ],
    summary: 'the program is wrong or its input is not what it expects',
    advice: 'Read the last lines of the traceback that are the project’s own, and what was passed there.',
  },
];

const shapes =
  'Print the shapes on both sides of this operation; compare the data with the sizes the model was built with, and what happens to the last, smaller batch.';

/** What is left when neither resources nor environment are to blame: shapes that do not fit, then any other exception. */
export const programRules: readonly Rule[] = [
  // What throws TypeError about shapes is mostly an argument of the wrong kind (no image, no column); JAX is the exception.
  {
    class: 'code',
    exceptions: ['typeerror'],
    text: /^(?!.*(?:contracting|incompatible shapes|same shape|broadcast))/,
    summary: 'a value of the wrong type is used',
    advice: 'Check what is passed at this line against the documentation of the installed version.',
  },
  {
    class: 'code',
    text: /length mismatch|length of values|columns must be same length|columns passed, passed data had/i,
    summary: 'a column or index has another length than its table',
    advice: 'Print the lengths on both sides; align by index, or fill the column before it is assigned.',
  },
  {
    class: 'shape',
    text: /shapes? (?:mismatch|must match|must be equal|do(?:es)? not match|are incompatible|should be|not aligned|of passed values)|mismatched shapes?|incompatible shapes?|inhomogeneous shape|(?:same|matching|compatible|incompatible|different|wrong|unexpected|mismatched) shapes?\b|shapes? .{1,120} (?:and|with|to|into|is|are) .{0,120}(?:aligned|incompatible|not compatible|multiplied|invalid for|not match|mismatch|broadcast)|have shapes? .{1,60} and |expected .{0,60}shape.{0,80}(?:got|but|received|found)|cannot (?:be )?reshaped?|can(?:not|'t) be multiplied|(?:cannot|could not) (?:be )?broadcast|broadcast together|unbroadcastable|input to reshape is a tensor with|\bassert .{0,120}\.(?:shape|ndim)\b/i,
    summary: 'shapes do not fit',
    advice: shapes,
  },
  {
    class: 'shape',
    text: /size mismatch|sizes? of tensors? .{0,40}must match|must match the (?:existing )?size of tensor|batch_size .{0,30}to match target|expected input batch|target size .{0,60}(?:must be|different)|matrix size-incompatible|stack expects each tensor|expected more than 1 value per channel|given groups=|to have \d{1,6} channels|kernel size can't be greater|negative dimension size|output size is too small|expanded size of the tensor|view size is not compatible|must have same first dimension|same number of (?:dimensions|samples|rows|columns|elements)|inconsistent numbers? of samples|inconsistent numbers? of|core dimension/i,
    summary: 'sizes do not fit',
    advice: shapes,
  },
  {
    class: 'shape',
    text: /dimensions? (?:must be equal|must match|mismatch|do not match|incompatible|specified as)|dimensions? for the concatenation axis|incompatible with the layer|min_ndim=|ndim=\d|expected \d ?-? ?[dD](?:imensional)?\b|must be (?:a )?\(?\d,?\)? ?-? ?(?:d|dimensional)\b|with input shapes: \[|should be a 1d array|(?:expected|got) (?:input with )?\d{1,2} ?-? ?d(?:imensional)?\b|is expecting \d{1,9} features|number of features of the (?:model|input)|expects? \d{1,9} (?:features|inputs?|channels)|lengths? must match|(?:must|should)(?: all)? (?:be|have) (?:of )?(?:the )?same (?:length|size|shape|dimensions?)|data cardinality is ambiguous|number of dims don't match|boolean index did not match|only batches of spatial targets|operand \d has a mismatch|einsum\(\)|all the input array|contracting dimensions|rank mismatch/i,
    summary: 'dimensions do not fit',
    advice: shapes,
  },

  {
    class: 'code',
    exceptions: ['typeerror'],
    summary: 'a value of the wrong type is used',
    advice: 'Check what is passed at this line against the documentation of the installed version.',
  },
  {
    class: 'code',
    exceptions: ['indexerror'],
    summary: 'an index is outside its range',
    advice: 'Print the length or shape of what is indexed; an embedding needs more rows than the largest id.',
  },
  {
    class: 'code',
    exceptions: ['assertionerror'],
    summary: 'an assertion of the program does not hold',
    advice: 'Read the assertion at this line and print the values it compares.',
  },
  {
    class: 'code',
    text: /tensors to be on the same device|input type .{1,60} and weight type/i,
    summary: 'tensors are on different devices or of different types',
    advice: 'Move model and batch to the same device and type before this line.',
  },
  {
    class: 'code',
    text: /input (?:\w{1,10} )?contains (?:nan|inf|infinity)|cannot convert (?:non-finite|float (?:nan|infinity))/i,
    summary: 'the data contain NaN or infinite values',
    advice: 'Find the rows that have them (isna, isfinite) and decide what to do with them before this line.',
  },
  {
    class: 'code',
    text: /unrecognized arguments|the following arguments are required|invalid choice: |no such option/i,
    summary: 'the command has arguments the program does not know',
    advice: 'Compare the command in the manifest with `--help` of the script.',
  },
  // torchrun shows the signal that ended its worker; SIGTERM is what it sends to the others itself.
  {
    class: 'killed',
    exceptions: ['childfailederror'],
    text: /signal 9 \(sigkill\)|exitcode\s{0,4}:\s{0,4}-9\b/i,
    role: 'consequence',
    summary: 'killed: a worker was ended with SIGKILL',
    advice:
      'SIGKILL without a word is mostly the kernel’s OOM killer: compare the memory the workers used with what they had; otherwise see who ended it.',
  },
  // Raised in the parent when a child is gone: says nothing about why.
  {
    class: 'code',
    exceptions: [
      'childfailederror',
      'calledprocesserror',
      'processraisedexception',
      'processexitedexception',
      'brokenprocesspool',
      'terminatedworkererror',
      'eoferror',
      'brokenpipeerror',
      'raytaskerror',
      'papermillexecutionerror',
    ],
    role: 'consequence',
    summary: 'a process this one had started or waited for failed',
    advice: 'Read the log of that process; the error is there.',
  },
  {
    class: 'code',
    text: /dataloader worker.{0,60}exited unexpectedly/i,
    role: 'consequence',
    summary: 'a DataLoader worker ended without saying why',
    advice: 'Run once with num_workers=0 to see its error; a worker that vanishes is often out of memory.',
  },
  {
    class: 'killed',
    exceptions: ['keyboardinterrupt', 'signalexception', 'deadkernelerror', 'canceled', 'cancellederror'],
    role: 'interrupt',
    summary: 'interrupted from outside',
    advice: 'Nothing is wrong with the program by this alone; run it again.',
  },
  {
    class: 'code',
    exceptions: ['systemexit'],
    role: 'consequence',
    summary: 'the program ended itself',
    advice: 'Read the lines before it in the log.',
  },
  // Any other exception that reaches the top stops the program.
  {
    class: 'code',
    summary: 'an exception stopped the program',
    advice: 'Read the last lines of the traceback that are the project’s own.',
  },
];
