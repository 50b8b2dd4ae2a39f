import { createMemo, type JSX } from 'solid-js'
import { encode } from 'uqr'
import { words } from './words'

/** A text as a QR code, drawn here: nobody else learns the secret in it. */
export default function Qr(props: { text: string }): JSX.Element {
  const code = createMemo(() => encode(props.text, { ecc: 'M', border: 2 }))
  /** One square for each dark module, all in one path. */
  const path = (): string => code().data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg class="qr" viewBox={`0 0 ${code().size} ${code().size}`} role="img" aria-label={words().qr} shape-rendering="crispEdges">
      <path class="qr-light" d={`M0 0h${code().size}v${code().size}H0z`} />
      <path class="qr-dark" d={path()} />
    </svg>
  )
}
