import MarkdownIt from 'markdown-it'

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number]

/** No markup, no pictures of elsewhere (a picture tells its server who reads it), links only to the web and mail. */
const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
parser.disable(['image', 'html_block', 'html_inline'])
const SAFE_LINK = /^(https?|mailto):/i
parser.validateLink = (url) => SAFE_LINK.test(url)

/** A tree, made of the parser's flat list. */
export interface Node {
  kind: string
  text: string
  href?: string
  children: Node[]
}

export function parse(text: string): Node[] {
  return tree(parser.parse(text, {}))
}

/** What looks like an address: `https://…`, `www.…`, `bank.example/…`. */
const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(?<host>(?:[\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]*)(?:[/:?#\s]|$)/iu

/** Where a link leads, when its text names another place; a text that is just words deceives nobody. */
export function otherPlace({ href, children }: Node): string | undefined {
  const named = ADDRESS.exec(words(children))?.groups?.['host']
  if (!named || !href || !URL.canParse(href)) return undefined
  const { protocol, host, hostname, pathname } = new URL(href)
  if (protocol === 'mailto:') return pathname
  const bare = (name: string): string => name.toLowerCase().replace(/^www\./, '')
  const asked = URL.canParse(`https://${named}`) ? new URL(`https://${named}`).hostname : named
  return bare(asked) === bare(hostname) ? undefined : host
}

function words(nodes: readonly Node[]): string {
  return nodes.map((node) => node.text + words(node.children)).join('')
}

/** As much of a text as one line may show. */
const PLAIN_MAX = 300
/** Whatever stands on lines of its own. */
const BLOCKS = ['paragraph', 'heading', 'list_item', 'blockquote', 'fence', 'code_block', 'td', 'th', 'softbreak', 'hardbreak']

/** The beginning of a text on one line, without the marks that shape it. */
export function plain(text: string): string {
  const said = (nodes: readonly Node[]): string => nodes.map((node) => node.text + said(node.children) + (BLOCKS.includes(node.kind) ? ' ' : '')).join('')
  return said(parse(text.slice(0, PLAIN_MAX))).replace(/\s+/gu, ' ').trim()
}

function tree(tokens: readonly Token[]): Node[] {
  const root: Node = { kind: 'root', text: '', children: [] }
  const open: Node[] = [root]
  for (const token of tokens) {
    const into = open.at(-1) ?? root
    if (token.type === 'inline') {
      into.children.push(...tree(token.children ?? []))
    } else if (token.nesting === 1) {
      const node: Node = { kind: token.hidden ? 'inline' : token.type.replace(/_open$/, ''), text: '', children: [] }
      const href = String(token.attrGet('href') ?? '')
      if (href && SAFE_LINK.test(href)) node.href = href
      into.children.push(node)
      open.push(node)
    } else if (token.nesting === -1) {
      open.pop()
    } else {
      into.children.push({ kind: token.type, text: token.content, children: [] })
    }
  }
  return root.children
}
