import { describe, expect, it } from 'vitest'
import { parse, plain } from './markdown-tree'

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
