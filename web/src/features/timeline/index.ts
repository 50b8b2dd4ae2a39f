import './style.css'

export { followArrivals } from './follow-arrivals'
export { Message, type MessageActions, type Pinning } from './message'
export { plain } from './markdown-tree'
export { edit } from './model'
export { isInThread, messageOf } from './rows'
export { TextWithMentions } from './text'
export { Timeline, type TimelineActions, type TimelineHandle } from './view'

/** Loaded when somebody first looks for an emoji. */
export const EmojiPicker = () => import('./emoji-picker').then((feature) => feature.default)
export const emojiData = () => import('./emoji-data')
