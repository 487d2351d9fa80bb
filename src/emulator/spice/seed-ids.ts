/** ID of the organization a credential is bound to unless another was registered. */
export const FIRST_ORG = '1';
/** ID of the user behind every token that is not registered. */
export const OWNER_ID = '101';
