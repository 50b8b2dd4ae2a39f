import { lazy } from 'solid-js'

/** What somebody wants the moderators of a room to look at. */
export { categoryName } from './categories'
export { notSeen } from './model'

/** Rarely opened, so not part of the first load. */
export const ReportMessage = lazy(() => import('./dialog').then((file) => ({ default: file.ReportMessage })))
export const Reports = lazy(() => import('./view').then((file) => ({ default: file.Reports })))
