/** Help topics besides commands; `exit-codes` is made from its table. */
export const TOPICS: ReadonlyMap<string, string> = new Map([
  [
    "environment",
    `Environment variables

  VPAC_WORKSPACE       workspace, as -w (default: default)
  VPAC_CHDIR           folder to work in, as -C
  VPAC_INPUT=0         never ask, as --no-input
  VPAC_IN_AUTOMATION=1 no hints about what to do next
  VPAC_OUTPUT          output format, as -o
  VPAC_DATA_DIR        folder for state, runs, cache and the simulated world (default .vpac)
  VPAC_LOCK_TIMEOUT    how long to wait for the lock, as --lock-timeout
  VPAC_PARALLELISM     operations at once, as --parallelism
  VPAC_SEED            number that fixes every choice, as --seed
  VPAC_ARGS            arguments put before those typed, for every command
  VPAC_ARGS_<COMMAND>  the same for one command, for example VPAC_ARGS_PLAN
  VPAC_CI              forge to talk to, as --ci
  VPAC_ASCII=1         no glyphs outside ASCII, as --ascii
  VPAC_ACCESSIBLE=1    append-only text, as --accessible
  VPAC_NO_MOTION=1     no animation

From outside: NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM, COLUMNS, CI, ACCESSIBLE, XDG_CACHE_HOME.
A flag wins over its variable.
`,
  ],
  [
    "addresses",
    `Addresses

  kind/namespace/name    vm/shop/db-0
  kind/name              host/esx-03, ns/shop      (kinds without a namespace)

Short kinds: ns vm pod tkc host pool policy vol net. Every other kind is written in lower case:
placementrule/shop/db-apart. Objects made for another one have addresses of their own: the Pods of
the Deployment shop/web are pod/shop/web-0, pod/shop/web-1 and so on.

Where a flag takes an address it takes a glob, too: vm/shop/web-* or vm/*/db-0; * never crosses a /.
`,
  ],
  [
    "formats",
    `Output formats (-o)

  text             for people; the default
  table, wide      lists as a table; wide has more columns
  name             one address per line
  json             one document with format, generator and exit; the same as --json
  yaml             the same document as YAML
  ndjson           one JSON object per line: the event stream of apply, destroy and plan
  jsonpath=EXPR    the matches of a path, one per line: -o 'jsonpath={.items[*].address}'
  template=TEXT    TEXT once per item, every {path} replaced: -o 'template={address} {host}\\n'

--json-into FILE writes the machine output to a file while the text stays on the terminal.
Every document names its format (vpac.plan/1.0); vpac schema NAME prints its schema.
`,
  ],
]);
