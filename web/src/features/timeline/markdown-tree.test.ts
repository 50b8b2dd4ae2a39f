import { describe, expect, it } from 'vitest'
import { otherPlace, parse, plain } from './markdown-tree'

/** The tree in one line: `p(strong("a"))`. */
function told(text: string): string {
  const one = (node: ReturnType<typeof parse>[number]): string => {
    const inside = node.children.map(one).join(' ')
    if (node.children.length === 0) return node.kind === 'text' ? JSON.stringify(node.text) : `${node.kind}${node.text ? JSON.stringify(node.text) : ''}`
    return `${node.kind}${node.href ? `<${node.href}>` : ''}(${inside})`
  }
  return parse(text).map(one).filter((piece) => piece !== '""').join(' ')
}

describe('Markdown', () => {
  it('knows forms of text', () => {
    expect(told('**a** and `b`')).toContain('strong("a")')
    expect(told('**a** and `b`')).toContain('code_inline"b"')
    expect(told('```\nx < y\n```')).toBe('fence"x < y\\n"')
    expect(told('one\ntwo')).toContain('softbreak')
  })

  it('leaves markup and pictures as text', () => {
    expect(told('<img src=x onerror=alert(1)>')).not.toContain('img(')
    expect(told('<script>alert(1)</script>')).toContain('"<script>')
    expect(told('![a](https://tracker.example/x.png)')).not.toContain('image')
  })

  it('links to the web and to mail only', () => {
    expect(told('[a](https://example.org)')).toContain('link<https://example.org>')
    expect(told('see https://example.org')).toContain('link<https://example.org>')
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x']) {
      expect(told(`[a](${bad})`), bad).not.toContain('link<')
    }
  })
})

it('one line says what was written, without the marks that shape it', () => {
  expect(plain('The plan is in **three parts**:\n\n1. tell the `partners`\n2. open the *doors*')).toBe('The plan is in three parts: tell the partners open the doors')
  expect(plain('> quoted\n\nanswered with [a link](https://example.org)')).toBe('quoted answered with a link')
  expect(plain('2 * 3 * 4 and snake_case_name')).toBe('2 * 3 * 4 and snake_case_name')
})

it('a link whose text names another place says where it leads', () => {
  const place = (text: string): string | undefined => {
    const link = parse(text)[0]?.children.find((node) => node.kind === 'link')
    if (!link) throw new Error(`no link in ${text}`)
    return otherPlace(link)
  }
  for (const honest of [
    'https://example.org/plan', '[the plan](https://evil.example)', '[https://example.org](https://example.org/plan)', '[Example.org](https://www.example.org)',
    '[www.example.org/a](http://example.org:8080)', '[v2.0](https://example.org)', '[bücher.example](https://xn--bcher-kva.example/)', '[e.g. this](https://example.org)',
  ]) expect(place(honest), honest).toBeUndefined()
  for (const [text, leads] of [
    ['[https://bank.example](https://evil.example/login)', 'evil.example'],
    ['[bank.example](https://bank.example.evil.example)', 'bank.example.evil.example'],
    ['[**bank.example**/login](https://evil.example:8443)', 'evil.example:8443'],
    ['[https://bank.example](https://bank.example@evil.example)', 'evil.example'],
    ['[bank.example](mailto:mallory@evil.example)', 'mallory@evil.example'],
    ['[bank.example](https://b\u0430nk.example)', 'xn--bnk-6cd.example'],
  ] as const) expect(place(text), text).toBe(leads)
})
