import './style.css'

export { CreateRoom, Invite, NewMessage, PublicRooms } from './dialogs'
export { directWith } from './direct'
export { isMuted, lastSaid, nextRoom, sections } from './model'
export { otherServers, roomName, serverBeside } from './room-name'
export { type RoomDialog, Sidebar, useOpenRoom } from './sidebar'
export { type PaletteCommand, Switcher } from './switcher'
