import './style.css'

export { Details, type DetailsProps } from './view'
