/** Why something was not done, in the reader's language. */
export { attempt } from './attempt'
export { reason, reasonOf, type Refusal } from './reason'
