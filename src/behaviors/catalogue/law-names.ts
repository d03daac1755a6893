/** Laws that some strategies break by intent, by the names that `swarmwright/testing` gives them. */
export const LIVE = 'who alone is interested gets a free slot, and is served';
export const NO_STARVATION = 'everybody who stays interested gets a slot in time (I-18)';
export const FINISHES = 'everybody who stays gets everything';
