import { describe, expect, it } from 'vitest'
import { added, around, down, type Drawn, OPENED, stretch, up } from './drawn'

function often(count: number, by: (drawn: Drawn) => Drawn, from: Drawn = OPENED): Drawn {
  return Array.from({ length: count }).reduce<Drawn>((drawn) => by(drawn), from)
}

const upIn = (total: number) => (drawn: Drawn): Drawn => up(drawn, total)

function rows(drawn: Drawn, total: number): number[] {
  const { from, to } = stretch(drawn, total)
  return [from, to]
}

describe('the rows that are drawn', () => {
  it('are a few at the end', () => {
    expect(rows(OPENED, 10)).toEqual([0, 10])
    expect(rows(OPENED, 500)).toEqual([460, 500])
  })

  it('grow upwards to a window, which moves after that, and not beyond the first', () => {
    expect(rows(often(1, upIn(500)), 500)).toEqual([435, 500])
    expect(rows(often(6, upIn(500)), 500)).toEqual([310, 500])
    expect(rows(often(8, upIn(500)), 500)).toEqual([260, 460])
    expect(rows(often(99, upIn(500)), 500)).toEqual([0, 200])
    expect(rows(often(2, upIn(60)), 60)).toEqual([0, 60])
  })

  it('go down again, a stride at a time', () => {
    const top = often(20, upIn(500))
    expect(rows(down(often(8, upIn(500))), 500)).toEqual([285, 485])
    expect(rows(often(20, down, top), 500)).toEqual([300, 500])
  })

  it('grow downwards around a row that somebody was led to', () => {
    expect(rows(around(OPENED, 500, 250), 500)).toEqual([210, 290])
    expect(rows(around(OPENED, 500, 499), 500)).toEqual([420, 500])
    expect(rows(around(OPENED, 500, 0), 500)).toEqual([0, 80])
    expect(rows(down(around(OPENED, 500, 250)), 500)).toEqual([210, 315])
  })

  it('stay when a page comes above, and take what there is room for when one comes below', () => {
    expect(rows(often(2, upIn(100)), 150)).toEqual([60, 150])
    expect(rows(added(OPENED, 50), 150)).toEqual([60, 150])
    expect(rows(added(often(6, upIn(400)), 50), 450)).toEqual([210, 410])
  })

  it('follow what is said at the end', () => {
    expect(rows(OPENED, 501)).toEqual([461, 501])
  })
})
