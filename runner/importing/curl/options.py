"""The options of curl: which there are, which take a value, which mean nothing for what is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from runner.importing.shells.shell import DASHES, NOT_CURL, Command, Script, Word
from runner.loading.problems import close_to

WITH_VALUE: Final = frozenset(
    """abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
    continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode
    delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine
    etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port
    ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface ip-tos
    ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options
    mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir
    parallel-max parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert
    proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type
    proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword
    proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry
    retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service
    socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers
    tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file upload-flags url url-query
    user user-agent variable vlan-priority write-out""".split()
)
WITHOUT_VALUE: Final = frozenset(
    """alpn anyauth append basic buffer ca-native cert-status clobber compressed compressed-ssh create-dirs crlf digest
    disable disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure dump-ca-embed fail
    fail-early fail-with-body false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip
    ftp-ssl-ccc ftp-ssl-control get globoff haproxy-protocol head help http0.9 http1.0 http1.1 http2
    http2-prior-knowledge http3 http3-only ignore-content-length include insecure ipv4 ipv6 junk-session-cookies
    keepalive list-only location location-trusted mail-rcpt-allowfails manual metalink mptcp negotiate netrc
    netrc-optional next npn ntlm ntlm-wb out-null parallel parallel-immediate path-as-is post301 post302 post303
    progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-insecure
    proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw
    remote-header-name remote-name remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused
    sasl-ir sessionid show-error show-headers silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl
    ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output
    suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2
    tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose version xattr""".split()
)
SHORT: Final = dict(
    pair.split("=", 1)
    for pair in """a=append E=cert K=config C=continue-at b=cookie c=cookie-jar d=data q=disable D=dump-header f=fail
    F=form P=ftp-port G=get g=globoff I=head H=header h=help 0=http1.0 i=include k=insecure 4=ipv4 6=ipv6
    j=junk-session-cookies l=list-only L=location M=manual m=max-time n=netrc :=next N=no-buffer o=output Z=parallel
    #=progress-bar x=proxy U=proxy-user p=proxytunnel Q=quote r=range e=referer J=remote-header-name O=remote-name
    R=remote-time X=request S=show-error s=silent Y=speed-limit y=speed-time 2=sslv2 3=sslv3 t=telnet-option
    z=time-cond 1=tlsv1 T=upload-file B=use-ascii u=user A=user-agent v=verbose V=version w=write-out""".split()
)
SILENT: Final = frozenset(
    """buffer clobber compressed create-dirs disable fail fail-early fail-with-body globoff http1.1 include ipv4 ipv6
    keepalive keepalive-time location-trusted next no-buffer output output-dir dump-header parallel parallel-immediate
    parallel-max path-as-is progress-bar progress-meter proto proto-default proto-redir remote-header-name remote-name
    remote-name-all remote-time remove-on-error show-error show-headers silent skip-existing speed-limit speed-time
    stderr styled-output suppress-connect-headers tcp-fastopen tcp-nodelay trace trace-ascii trace-config trace-ids
    trace-time verbose write-out xattr expect100-timeout fail-on-error tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 sessionid alpn
    npn retry-all-errors retry-connrefused retry-max-time libcurl rate limit-rate basic cert-type key-type
    form-escape cookie-jar junk-session-cookies proxy-basic proxytunnel""".split()
)
"""What shows or keeps the answer in another way, or is how everything is sent here."""


OF_POWERSHELL: Final = frozenset(
    "-uri -method -headers -body -contenttype -infile -outfile -usebasicparsing -websession -credential".split()
)
"""Options of what PowerShell calls curl, too; short ones of curl's in a row are never such a word."""
LONGEST_SHORT: Final = 6
"""Characters of options in one word that are shown: a longer one has a value in it."""


class Given(NamedTuple):
    """One option: its long name, its value if it has one, whether ``--no-`` stands before it, and where it stands."""

    name: str
    value: str
    on: bool
    start: int
    end: int


class Asked(NamedTuple):
    """One request as curl is asked for it."""

    start: int
    urls: tuple[Word, ...]
    given: tuple[Given, ...]
    input: Word | None = None

    def all(self, *names: str) -> list[Given]:
        """The options of these names, in order."""
        return [one for one in self.given if one.name in names]

    def last(self, name: str) -> Given | None:
        """The option of this name; the last one holds."""
        return next((one for one in reversed(self.given) if one.name == name), None)

    def has(self, name: str) -> bool:
        """Whether it is switched on."""
        found = self.last(name)
        return found is not None and found.on


def asked_of(command: Command, script: Script) -> Iterator[Asked]:
    """The requests of a command: several URLs share its options, ``--next`` begins anew. Raises ``InvalidFiles``."""
    first, *words = command.words
    groups: list[list[Given]] = [[]]
    for given in _given(words, script):
        if given.name == "next":
            groups.append([])
        else:
            groups[-1].append(given)
    for group in groups:
        urls = [Word(one.value, one.start, one.end) for one in group if one.name == "url"]
        if not urls and (len(groups) == 1 or group):
            hint = "Is the end of a line before it missing, or a quote? An address stands alone: curl https://…"
            raise script.wrong(first.start, first.end, "this command has no URL", hint)
        options = tuple(one for one in group if one.name != "url")
        for url in urls:
            yield Asked(first.start, (url,), options, command.input)


def _given(words: Sequence[Word], script: Script) -> Iterator[Given]:
    left = list(words)
    only_urls = False
    while left:
        word = left.pop(0)
        if only_urls or not word.text.startswith(DASHES) or word.text == "-":
            yield Given("url", word.text, on=True, start=word.start, end=word.end)
        elif word.text == "--":
            only_urls = True
        elif word.text.startswith("-") and not word.text.startswith("--"):
            yield from _short(word, left, script)
        else:
            yield _long(word, left, script)


def _long(word: Word, left: list[Word], script: Script) -> Given:
    name, equals, value = word.text[2:].partition("=")
    off = name.startswith("no-") and name.removeprefix("no-") in WITHOUT_VALUE
    plain = name.removeprefix("no-") if off else name
    if plain in WITHOUT_VALUE and not equals:
        return Given(plain, "", not off, word.start, word.end)
    if plain in WITH_VALUE and equals:
        hint = f"curl wants a blank: --{plain} {value[:20] if plain == 'request' else '…'}"
        raise script.wrong(word.start, word.end, f"--{plain} has its value behind a =", hint)
    if plain in WITH_VALUE:
        return _with_value(plain, "", word, left, script)
    close = close_to(plain, WITH_VALUE | WITHOUT_VALUE)
    shown = word.text.partition("=")[0]
    hint = f"Did you mean --{close}?" if close else "It is none of curl 8's; leave it out."
    if not word.text.startswith("--"):
        hint = f"It begins with a dash that is none: a page or a word processor has changed it. Write --{plain}."
    raise script.wrong(word.start, word.end, f"curl has no option {_printable(shown)}", hint)


def _short(word: Word, left: list[Word], script: Script) -> Iterator[Given]:
    """``-sSLXPOST``: letters without a value, then one with its value behind it or as the next word."""
    if word.text.lower() in OF_POWERSHELL:
        raise script.wrong(word.start, word.end, *NOT_CURL)
    for at, letter in enumerate(word.text[1:], 1):
        name = SHORT.get(letter)
        if name is None:
            hint = f"Did you mean --{close}?" if (close := close_to(word.text[1:], WITH_VALUE | WITHOUT_VALUE)) else ""
            where = f" in {word.text}" if 2 < len(word.text) <= LONGEST_SHORT else ""
            hint = hint or "Letters without a value may stand together, such as -sSL."
            raise script.wrong(word.start, word.end, _printable(f"curl has no option -{letter}{where}"), hint)
        if name in WITH_VALUE:
            yield _with_value(name, word.text[at + 1 :], word, left, script)
            return
        plain = name.removeprefix("no-")
        yield Given(plain, "", plain == name, word.start, word.end)


def _with_value(name: str, behind: str, word: Word, left: list[Word], script: Script) -> Given:
    if behind:
        return Given(name, behind, on=True, start=word.start, end=word.end)
    if not left:
        hint = "Is the rest of the command missing, or a \\ at the end of the line?"
        raise script.wrong(word.start, word.end, f"{_printable(word.text)} needs a value", hint)
    value = left.pop(0)
    return Given(name, value.text, on=True, start=word.start, end=value.end)


def _printable(text: str) -> str:
    """Without what stands for a variable."""
    return "".join(one for one in text[:60] if not 0xD800 <= ord(one) < 0xE000)
