"""What other tools call the keys and operators of the format, so that a well-meant word is answered with ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _words(**names: str) -> dict[str, str]:
    """Each of the words, set apart by blanks, to the name that we have for it."""
    return {word: f'Here it is called "{name}".' for name, words in names.items() for word in words.split()}


BELOW_EXPECT: Final = "It stands below expect: indent it further than expect."
BODY: Final = "A body is written as json: …, text: …, form: …, multipart: …, file: … or graphql: …"

INCLUDE: Final = "The requests of another file are run by - include: login.yaml, without anything else of a request."

REQUEST: Final[Mapping[str, str]] = {
    **_words(
        expect="assertions assertion asserts assert tests test checks check validate validations response script",
        query="params parameters query_params querystring qs",
        url="uri endpoint address link href",
        method="verb http_method",
        text="raw content plain",
        form="urlencoded x_www_form_urlencoded",
        multipart="formdata form_data files upload multipart_form",
        graphql="gql",
        cookies="cookie cookie_jar",
        proxy="proxies http_proxy https_proxy",
        json="payload json_body",
        capture="save extract extractors store captures",
        examples="responses mocks mock stubs",
        name="title label",
        auth="authentication authorization",
        redirects="follow_redirects max_redirects allow_redirects",
        tags="labels groups markers",
        delay="wait sleep pause",
        skip="disabled ignore",
        retry="retries retry_policy backoff",
        poll="until wait_until repeat_until",
        when="if condition only_if run_if",
        needs="depends_on dependencies dependson requires_requests",
        turns="conversation dialogue dialog chat",
    ),
    **dict.fromkeys("status schema duration size error certificate pass_rate usage tool_calls".split(), BELOW_EXPECT),
    "body": BODY,
    **dict.fromkeys(("verify", "insecure", "ssl"), "Write tls: {verify: false}."),
    **dict.fromkeys(
        ("variables", "secrets", "requires", "parallel", "prices", "load"), "It stands at the top of the file."
    ),
    **dict.fromkeys(("includes", "import", "imports", "extends", "uses"), INCLUDE),
    **dict.fromkeys(("only", "with"), "It stands beside include, where the requests of another file are run."),
    "bearer": "Write auth: {bearer: …}.",
    "basic": "Write auth: {basic: {username: …, password: …}}.",
    "api_key": "Write auth: {api_key: {name: …, value: …}}.",
    "digest": "Write auth: {digest: {username: …, password: …}}.",
    "oauth2": "Write auth: {oauth2: {token_url: …, client_id: …, client_secret: …}}.",
    "aws_sigv4": "Write auth: {aws_sigv4: {access_key: …, secret_key: …, region: …, service: …}}.",
    "base_url": "It stands below defaults.",
    "messages": "It stands below json; a conversation is written as turns: [user: …, user: …].",
}
LOGIN: Final = _words(username="user login name", password="pass")  # noqa: S106  # the name of a key
OF_ALL: Final = "It stands beside turns, for all of them."
IN_REQUEST: Final = "It stands in a request, or below defaults for all of them."
SHARED: Final = "What requests share stands below defaults; an anchor (&name) stands where it is used first."
ENVIRONMENTS: Final = "The variables of an environment stand in a file .env.NAME, which --env NAME reads."
POSTMAN: Final = "So begin Postman's collections, which are not read. docs/guide.md shows how to write them here."

KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "a collection": {
        **dict.fromkeys("url method headers query auth cookies timeout redirects tls proxy".split(), IN_REQUEST),
        **dict.fromkeys("json text form multipart file graphql tags weight max_size delay skip".split(), IN_REQUEST),
        **dict.fromkeys("retry poll when needs capture expect examples".split(), IN_REQUEST),
        "turns": "It stands in a request.",
        **_words(
            variables="vars env environment globals",
            parallel="concurrent concurrency async",
            requests="tests steps scenarios calls item items endpoints",
            defaults="config settings common",
            name="title",
        ),
        "environments": ENVIRONMENTS,
        "info": POSTMAN,
        **dict.fromkeys(("base_url", "baseurl", "host", "server"), "Write defaults: {base_url: https://…}."),
    },
    "a request": REQUEST,
    "an include": {
        **_words(only="requests names select", **{"with": "variables vars environment env parameters"}),
    },
    "defaults": {
        **REQUEST,
        "name": "Each request has a name of its own: leave it out here.",
        "turns": "They belong to one request: leave them out here.",
    },
    "a turn": {
        **_words(
            user="prompt question text input human content",
            assistant="reply answer bot model ai",
            expect="assertions assertion asserts assert tests test checks check validate",
            capture="save extract extractors store captures",
            examples="example responses mocks mock",
            name="title label",
        ),
        **dict.fromkeys("url method headers query auth json timeout retry poll when skip needs tags".split(), OF_ALL),
        "role": "Write user: …, or message: {role: …, content: …}.",
    },
    "expect": {
        **_words(
            status="status_code statuscode code http_status",
            text="content body_text",
            cookies="cookie set_cookie",
            duration="response_time responsetime time elapsed latency",
            json="jsonpath json_path path",
            schema="json_schema jsonschema",
            size="content_length",
            certificate="tls cert ssl",
            stream="sse events event_stream streaming",
            tool_calls="tools tool_call toolcalls function_calls function_call",
            pass_rate="passrate success_rate",  # noqa: S106  # the name of a key
        ),
        "body": "Write json: {$.path: …} for what is in a JSON body, text: … for the whole text.",
    },
    "retry": _words(
        attempts="count max_attempts times limit retries max",
        on="statuses status codes when",
        delay="wait backoff interval every",
        max_delay="max_wait cap",
    ),
    "poll": _words(every="interval delay wait", **{"for": "timeout max duration limit"}),
    "certificate": _words(expires_in="expires expiry not_after valid_for", subject="cn common_name"),
    "stream": _words(
        events="count chunks number event_count",
        first_content="ttft time_to_first_token first_token first_chunk first",
        longest_gap="max_gap gap idle",
        done="end end_mark finished complete",
        schema="chunk_schema json_schema",
    ),
    "usage": _words(
        prompt_tokens="input_tokens prompt input",
        completion_tokens="output_tokens completion output reply_tokens",
        total_tokens="tokens total",
        cost="price dollars usd",
    ),
    "a price": _words(input="prompt in", output="completion out"),
    "capture": _words(
        json="jsonpath json_path path", header="headers", cookie="cookies", regex="regexp pattern re", text="body"
    ),
    "an example": {
        **_words(status="code status_code", name="title", delay="latency wait", when="request match"),
        "body": "Write json: …, text: …, file: … or events: […].",
    },
    "a file": _words(
        file="path src content", filename="name file_name", type="content_type contenttype mime mime_type"
    ),
    "graphql": _words(query="mutation document body", operation_name="operation operationname", variables="vars"),
    "auth": {
        **_words(
            bearer="token",
            api_key="apikey key",
            digest="digest_auth http_digest",
            oauth2="oauth oauth_2 oauth2.0 client_credentials",
            aws_sigv4="aws awsv4 sigv4 aws_v4 aws_auth",
        ),
        **dict.fromkeys(("username", "user", "password"), "Write basic: {username: …, password: …}."),
        "type": "The scheme is a key, as in bearer: …, basic: {…} or oauth2: {…}.",
    },
    "basic": LOGIN,
    "digest": LOGIN,
    "oauth2": {
        **_words(
            token_url="tokenurl access_token_url accesstokenurl token_uri token_endpoint url",  # noqa: S106  # as LOGIN
            client_id="clientid id",
            client_secret="clientsecret secret",  # noqa: S106  # as LOGIN
            scope="scopes",
            grant="grant_type granttype flow type",
            client_auth="client_authentication clientauthentication add_credentials_to auth_method",
            refresh_token="refreshtoken",  # noqa: S106  # as LOGIN
        ),
        **LOGIN,
        "access_token": "A token that is there already goes as auth: {bearer: …}.",
        "token": "A token that is there already goes as auth: {bearer: …}.",
    },
    "aws_sigv4": _words(
        access_key="accesskey access_key_id accesskeyid aws_access_key_id key_id",
        secret_key="secretkey secret_access_key secretaccesskey aws_secret_access_key secret",  # noqa: S106  # as LOGIN
        session_token="sessiontoken security_token aws_session_token token",  # noqa: S106  # as LOGIN
        region="aws_region",
        service="service_name servicename aws_service",
    ),
    "api_key": _words(name="key header", value="token secret"),
}
"""By what the keys stand in, as ``read_fields`` calls it."""

OPERATORS: Final[Mapping[str, str]] = {
    **_words(
        equals="eq == = equal equal_to is_equal to_equal",
        gt="> greater_than more_than above",
        gte=">= min minimum at_least greater_or_equal ge",
        lt="< less_than below",
        lte="<= max maximum at_most less_or_equal le",
        matches="regex regexp match pattern =~",
        one_of="in enum any_of",
        contains="include includes has",
        length="len count size",
        exists="defined present",
        type="kind datatype",
        each="all every",
        between="range",
        approx="near close_to",
        schema="json_schema jsonschema",
    ),
    **dict.fromkeys(("ne", "neq", "!=", "not_equals", "not_equal", "is_not"), "Write not: …"),
    **dict.fromkeys(("not_null", "is_not_null", "not_none"), "Write not: null."),
    "is_null": "Write equals: null.",
    "not_contains": "Write not: {contains: …}.",
    "not_in": "Write not: {one_of: […]}.",
    "not_matches": "Write not: {matches: …}.",
    "not_exists": "Write exists: false.",
    "not_empty": "Write empty: false.",
}


def key_in_other_words(what: str, name: str) -> str:
    """The hint for an unknown key in ``what``; empty where nothing better is known than the nearest name."""
    if what == "expect" and name.startswith("$"):
        return "A JSONPath stands below json: in expect."
    if what == "a collection" and name.startswith(("x-", ".", "_")):
        return SHARED
    return KEYS.get(what, {}).get(_plain(name), "")


def operator_in_other_words(name: str) -> str:
    """The same for an operator."""
    return OPERATORS.get(_plain(name), "")


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
