import fc from 'fast-check';

/** A mutant is noticed by the first input that fails; shrinking it to the smallest would only cost time. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
