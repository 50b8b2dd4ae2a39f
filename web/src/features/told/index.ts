/** What the server tells admins, in the language of who reads it. Its sentences are long and many: none of it is in the first load. */
export { inWords, type InWords } from './said'
export { questionOf } from './steps'
export { Told } from './told'
