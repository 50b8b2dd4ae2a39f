export { Thread } from './view'
