import './templates'
import '../ui/tokens.css'
import '../ui/base.css'
import './style.css'
import { render } from 'solid-js/web'
import { Start } from './start'

const root = document.getElementById('root')
if (root) render(() => <Start />, root)
