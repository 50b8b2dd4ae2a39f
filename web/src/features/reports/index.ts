import { part } from '../../ui'

/** What somebody wants the moderators of a room to look at. */
export { categoryName } from './categories'
export { notSeen } from './model'

/** Rarely opened, so not part of the first load. */
export const ReportMessage = part(() => import('./dialog').then((file) => file.ReportMessage))
export const Reports = part(() => import('./view').then((file) => file.Reports))
